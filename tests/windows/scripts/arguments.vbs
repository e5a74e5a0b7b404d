' What a script gets wrong itself, in the words of its own language; and who it was that failed.
Option Explicit
Dim card, cmd

Sub Tell(what)
    WScript.Echo what & ": " & Hex(Err.Number) & ", " & Err.Source & ", " & Err.Description
    Err.Clear
End Sub

Set card = CreateObject("SCardSSP.SCard")
Set cmd = CreateObject("SCardSSP.SCardCmd")
WScript.Echo "names: " & TypeName(card) & " " & TypeName(cmd)
On Error Resume Next
cmd.Nad = 256
Tell "more than a byte"
cmd.BuildCmd 0
Tell "too few"
cmd.Clear 1
Tell "too many"
cmd.BuildCmd 0, "A4?"
Tell "no number"
cmd.Nothing
Tell "no such method"
card.Status = 1
Tell "cannot be written"
card.Transaction card
Tell "another object"
card.Timeout = -2
Tell "the card's own"
card.Detach
Tell "not attached"
