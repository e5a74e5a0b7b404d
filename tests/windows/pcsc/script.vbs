' A script with the card in the reader that it is told: attaches, reads, is told about errors in words. play.py runs it.
Option Explicit
Dim card, iso, command, reply
Set card = CreateObject("SCardSSP.SCard")
Set iso = CreateObject("SCardSSP.SCardISO7816")
Set command = CreateObject("SCardSSP.SCardCmd")
card.AttachByReader WScript.Arguments(0), 2, 3
WScript.Echo "protocol " & card.Protocol & ", status " & card.Status
command.BuildCmd 0, 176, 131, 0, Nothing, 5
card.Transaction command
WScript.Echo "SW " & Hex(command.ReplyStatus) & ", " & command.ApduReplyLength & " bytes"
card.ReAttach 1, 1
WScript.Echo "exclusive, reset: status " & card.Status
iso.GetChallenge 8, command
card.Transaction command
WScript.Echo "SW " & Hex(command.ReplyStatus) & ", " & command.ApduReplyLength & " bytes"
On Error Resume Next
card.UnlockSCard 0
WScript.Echo "0x" & Hex(Err.Number) & " " & Err.Description
card.Detach 0
Err.Clear
WScript.Echo card.Status
WScript.Echo "0x" & Hex(Err.Number) & " " & Err.Description
