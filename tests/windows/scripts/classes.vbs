' All the classes there are, each by its name.
Option Explicit
Dim names, name, object, card, cmd, iso, buffer, conv, database, locate, bytes, count, reader, info

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

names = Array("SCard", "SCardCmd", "SCardISO7816", "ByteBuffer", "SCardTypeConv", "SCardDatabase", "SCardLocate", _
    "SCardManage")
For Each name In names
    Set object = CreateObject("SCardSSP." & name)
    WScript.Echo name & ": " & TypeName(object)
    Set object = CreateObject("scardssp." & LCase(name) & ".1")
Next

Set card = CreateObject("SCardSSP.SCard")
For Each reader In card.ListReadersArray
    WScript.Echo "reader: " & reader
Next

Set buffer = CreateObject("SCardSSP.ByteBuffer")
buffer.Write Array(&H3F, 0), 2, count
WScript.Echo "written: " & count
buffer.Seek 0, 0, count
buffer.Read bytes, 10, count
WScript.Echo "read: " & count & ", an array: " & LCase(CStr(IsArray(bytes)))
Set iso = CreateObject("SCardSSP.SCardISO7816")
iso.SetDefaultClassId &HA0
iso.SelectFile 0, 0, buffer, 0, cmd
WScript.Echo "built: " & TypeName(cmd) & " " & HexOf(cmd.Apdu)
card.AttachByReader "SIM reader", 2, 1
card.Transaction cmd
WScript.Echo "select of a SIM: " & Hex(cmd.ReplyStatusSW1)
iso.GetResponse 0, 0, cmd.ReplyStatusSW2, cmd
card.Transaction cmd
WScript.Echo "its answer: " & (cmd.ApduReplyLength - 2) & " bytes, " & Hex(cmd.ReplyStatus)

Set conv = CreateObject("SCardSSP.SCardTypeConv")
conv.ConvertSafeArrayToByteBuffer Array(1, 2, 3), buffer
WScript.Echo "converted: " & TypeName(buffer) & " " & HexOf(buffer)
conv.CreateByteBuffer 2, buffer
WScript.Echo "created: " & HexOf(buffer)

Set database = CreateObject("SCardSSP.SCardDatabase")
database.ListReaders &H409, names
WScript.Echo "readers in an array: " & LCase(CStr(IsArray(names)))

Set locate = CreateObject("SCardSSP.SCardLocate")
locate.ConfigureCardNameSearch Array("No such card"), , , 2
On Error Resume Next
locate.FindCard 2, 3, 2, info
WScript.Echo "not found: " & Hex(Err.Number) & ", " & Err.Description
