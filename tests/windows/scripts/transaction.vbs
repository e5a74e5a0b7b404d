' A card by name: what it says of itself, a command from its parts, sent, and the reply.
Option Explicit
Dim card, cmd

' The bytes of a buffer: a command takes them as its reply, whose end is then told byte by byte.
Function HexOf(buffer)
    Dim copy, i
    Set copy = CreateObject("SCardSSP.SCardCmd")
    Set copy.ApduReply = buffer
    copy.ApduReplyLength = copy.ApduReplyLength + 1
    For i = copy.ApduReplyLength To 2 Step -1
        copy.ApduReplyLength = i
        HexOf = Right("0" & Hex(copy.ReplyStatusSW1), 2) & HexOf
    Next
End Function

Set card = CreateObject("SCardSSP.SCard")
WScript.Echo "handle before: " & card.CardHandle
card.AttachByReader "Demo reader", 2, 1
WScript.Echo "reader: " & card.ReaderName
WScript.Echo "state: " & card.Status
WScript.Echo "protocol: " & card.Protocol
WScript.Echo "handle is there: " & LCase(CStr(card.CardHandle <> 0))
WScript.Echo "context is there: " & LCase(CStr(card.Context <> 0))
WScript.Echo "atr: " & HexOf(card.Atr)

Set cmd = CreateObject("SCardSSP.SCardCmd.1")
cmd.BuildCmd 0, &HA4, , &H0C, Array(0, 2)
WScript.Echo "select: " & HexOf(cmd.Apdu)
WScript.Echo "case " & cmd.Type & ", length " & cmd.ApduLength & ", P3 " & cmd.P3 & ", Le " & cmd.LeField
WScript.Echo "data: " & HexOf(cmd.Data)
card.Transaction cmd
WScript.Echo "status: " & Hex(cmd.ReplyStatus)

cmd.BuildCmd 0, &HB0, , , , 5
WScript.Echo "read: " & HexOf(cmd.Apdu) & ", Le " & cmd.LeField
card.Transaction cmd
WScript.Echo "reply: " & HexOf(cmd.ApduReply)
WScript.Echo "length " & cmd.ApduReplyLength & ", " & Hex(cmd.ReplyStatusSW1) & " " & Hex(cmd.ReplyStatusSW2)

cmd.P2 = 6
WScript.Echo "at 6: " & HexOf(cmd.Apdu)
card.LockSCard
card.Transaction cmd
card.UnlockSCard
WScript.Echo "reply: " & HexOf(cmd.ApduReply)

cmd.ClassId = &H80
cmd.InstructionId = "16"
cmd.Data = Array(&H3F, 0)
WScript.Echo "edited: " & HexOf(cmd.Apdu)
WScript.Echo "parts: " & cmd.ClassId & " " & cmd.InstructionId & " " & cmd.P1 & " " & cmd.P2
cmd.Clear
WScript.Echo "cleared: " & cmd.ApduLength & " and " & cmd.ApduReplyLength
card.Detach 2
WScript.Echo "handle after: " & card.CardHandle
