' A card by its manager: a file and its properties, codes, a challenge; no command anywhere.
Option Explicit
Dim manage, files, verify, auth, state, protocol, file, size, content, table, count, reference, length, challenge, names, name

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

Set manage = CreateObject("SCardSSP.SCardManage")
manage.AttachByIFD "Demo reader"
manage.Status state, protocol
WScript.Echo "state: " & state

manage.CreateFileAccess files
files.Open 1, "/0002", file
size = 5
files.Read file, size, content, 0
WScript.Echo "read: " & size & " bytes, " & HexOf(content)
files.Close file
files.Directory 0, names
WScript.Echo "directories: " & (UBound(names) + 1) & ", the first one " & names(0)
For Each name In names
    WScript.Echo "directory: " & name
Next
count = 2
table = Array(Array(&H80), Array(&H83))
files.GetProperties 1, "/0002", table, count, 0
size = table(0)
WScript.Echo "properties: " & count & ", the first one " & UBound(size) & " " & Hex(size(0)) & " " & (size(2) * 256 + size(3))

manage.CreateCHVerification verify
reference = 1
verify.Verify Array(&H31, &H32, &H33, &H34), 0, reference
WScript.Echo "verified: " & reference
verify.ResetSecurityState
On Error Resume Next
verify.Verify Nothing, 0, reference
WScript.Echo "forgotten: " & Hex(Err.Number) & ", tries left: " & reference
Err.Clear
reference = 1
verify.Verify Array(&H39, &H39, &H39, &H39), 0, reference
WScript.Echo "wrong: " & Hex(Err.Number) & ", " & Err.Description
On Error GoTo 0

manage.CreateCardAuth auth
length = 8
auth.GetChallenge 0, Nothing, length, challenge
WScript.Echo "challenge: " & length & " bytes, " & TypeName(challenge)
manage.Detach
