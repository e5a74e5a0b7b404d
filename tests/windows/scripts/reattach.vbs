' Another program resets the card; the script reads the advice and follows it.
Option Explicit
Dim card, other, cmd, ejecting

Sub Tell(what)
    If Err.Number = 0 Then
        WScript.Echo what & ": fine"
    Else
        WScript.Echo what & ": " & Hex(Err.Number) & ", " & Err.Description
    End If
    Err.Clear
End Sub

Set card = CreateObject("SCardSSP.SCard")
Set other = CreateObject("SCardSSP.SCard")
Set cmd = CreateObject("SCardSSP.SCardCmd")
card.AttachByReader "Demo reader", 2, 3
other.AttachByReader "Demo reader", 2, 3
cmd.BuildCmd 0, &H84, 0, 0, , 8
On Error Resume Next
card.ReAttach
Tell "exclusive, shared with another"
other.ReAttach 2, 1
Tell "reset by another"
card.Transaction cmd
Tell "after the reset"
WScript.Echo card.Status
Tell "state after the reset"
card.ReAttach 2, 0
Tell "attached again"
card.Transaction cmd
Tell "after that"
WScript.Echo "status: " & Hex(cmd.ReplyStatus) & ", " & cmd.ApduReplyLength & " bytes, state " & card.Status
other.Detach
card.ReAttach
Tell "exclusive, alone"
other.AttachByReader "Demo reader", 2, 3
Tell "another now"
card.ReAttach , 2
Tell "power off and on"
card.ReAttach 2, 9
Tell "no such disposition"
card.Transaction cmd
Tell "untouched"

Set ejecting = CreateObject("SCardSSP.SCard")
ejecting.ReAttach 2, 0
Tell "never attached"
ejecting.AttachByReader "Ejecting reader", 2, 3
ejecting.ReAttach 2, 3
Tell "ejected"
ejecting.ReAttach 2, 0
Tell "nothing there"
