' What goes wrong says what it is and what to do.
Option Explicit
Dim card, cmd

Sub Tell(what)
    If Err.Number = 0 Then
        WScript.Echo what & ": fine"
    Else
        WScript.Echo what & ": " & Hex(Err.Number) & ", " & Err.Description
    End If
    Err.Clear
End Sub

Set card = CreateObject("SCardSSP.SCard")
Set cmd = CreateObject("SCardSSP.SCardCmd")
On Error Resume Next
card.LockSCard
Tell "not attached"
card.AttachByReader "No such reader"
Tell "unknown reader"
card.AttachByReader "Empty reader", 2, 3
Tell "no card"
card.AttachByReader "Demo reader", 7
Tell "share mode"
card.AttachByReader "SIM reader", 2, 2
Tell "protocol"
card.AttachByReader "Demo reader", 2, 3
Tell "a reader with a card"
card.Transaction cmd
Tell "nothing built"
card.UnlockSCard
Tell "not locked"
cmd.BuildCmd 0, &HB0, 0, 0, Nothing, 65537
Tell "too much expected"
cmd.ClassId = cmd.AlternateClassId
Tell "never set"
cmd.BuildCmd 0, &HB0, 0, 0, Nothing, 5
Tell "a good command"
card.Transaction cmd
Tell "a transaction"
WScript.Echo "status: " & Hex(cmd.ReplyStatus)
