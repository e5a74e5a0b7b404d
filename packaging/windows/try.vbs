' Asks the card in the first reader for 8 random bytes. Without a reader: set SCARDSSP_RM=sim, then cscript try.vbs
Option Explicit
Dim card, command, readers

Set card = CreateObject("SCardSSP.SCard")
readers = card.ListReadersArray
If UBound(readers) < 0 Then
    WScript.Echo "There is no reader. With SCARDSSP_RM=sim there are simulated ones."
    WScript.Quit 1
End If
WScript.Echo "Reader: " & readers(0)

card.AttachByReader readers(0), 2, 3 ' SHARED, T0 or T1
Set command = CreateObject("SCardSSP.SCardCmd")
command.BuildCmd 0, &H84, 0, 0, Nothing, 8 ' GET CHALLENGE, ISO/IEC 7816-4
card.Transaction command
WScript.Echo "Reply:  " & command.ApduReplyLength & " bytes, status " & Hex(command.ReplyStatus)
card.Detach 0 ' LEAVE
