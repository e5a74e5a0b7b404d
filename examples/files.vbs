' The files of a card by path: list, read, create, write, protect, delete. No command for the card anywhere.
'   cscript files.vbs [READER]      without a name: "Simulated Reader 00"
Option Explicit
Const BY_ID = 1, DIRECTORIES = 0, ELEMENTARY_FILES = 1
Dim manage, files, reader, properties, count

' The first bytes of a buffer as text. VBScript cannot look into arrays of bytes everywhere; a command takes
' the buffer as its reply and tells the bytes at the end of that, which is cut shorter and shorter.
Function TextOf(buffer, size)
    Dim command
    Set command = CreateObject("SCardSSP.SCardCmd")
    Set command.ApduReply = buffer
    command.ApduReplyLength = size + 1
    Do While command.ApduReplyLength > 1
        If command.ReplyStatusSW1 <> 0 Then TextOf = Chr(command.ReplyStatusSW1) & TextOf
        command.ApduReplyLength = command.ApduReplyLength - 1
    Loop
End Function

' What there is in a directory, and which of it are directories.
Sub List(directory)
    Dim name, names
    files.ChangeDir BY_ID, directory
    files.Directory ELEMENTARY_FILES, names
    For Each name In names
        WScript.Echo "list " & directory & ": " & name
    Next
    files.Directory DIRECTORIES, names
    For Each name In names
        WScript.Echo "list " & directory & ": " & name & ", a directory"
    Next
End Sub

' How many bytes a file has: the value of tag 80, behind the tag and its length.
Function SizeOf(path)
    Dim table, count, size, i
    table = Array(Array(&H80))
    count = 1
    files.GetProperties BY_ID, path, table, count, 0
    size = table(0)
    For i = 2 To UBound(size)
        SizeOf = SizeOf * 256 + size(i)
    Next
End Function

Sub Read(path)
    Dim file, size, content
    files.Open BY_ID, path, file
    size = 0 ' all there is; afterwards, what came
    files.Read file, size, content, 0
    files.Close file
    WScript.Echo "read " & path & ": " & size & " bytes, " & TextOf(content, size)
End Sub

Sub Write(path, bytes)
    Dim file
    files.Open BY_ID, path, file
    files.Write file, 0, bytes, 0
    files.Close file
    WScript.Echo "write " & path & ": " & (UBound(bytes) + 1) & " bytes"
End Sub

' What a call that may fail has come to.
Sub Tell(what)
    If Err.Number = 0 Then
        WScript.Echo what & ": done"
    Else
        WScript.Echo what & ": " & Hex(Err.Number) & ", " & Err.Description
    End If
    Err.Clear
End Sub

reader = "Simulated Reader 00"
If WScript.Arguments.Count > 0 Then reader = WScript.Arguments(0)
Set manage = CreateObject("SCardSSP.SCardManage")
On Error Resume Next
manage.AttachByIFD reader
If Err.Number <> 0 Then
    Tell "attach to " & reader
    WScript.Quit 1
End If
On Error GoTo 0
manage.CreateFileAccess files

List "/DF01"
WScript.Echo "size /0001: " & SizeOf("/0001") & " bytes"
Read "/0002"

' 16 bytes, transparent; anybody may do to it all that is in 5F, but changing it (4th and 5th) needs PIN 1.
properties = Array(Array(&H80, 2, 0, 16), Array(&H82, 1, 1), Array(&H8C, 7, &H5F, 0, 0, 0, &H11, &H11, 0))
count = 3
On Error Resume Next
files.Create BY_ID, "/DF01/0102", properties, count, 0, Nothing
Tell "create /DF01/0102"
Write "/DF01/0102", Array(72, 105)
Tell "write /DF01/0102 without PIN 1"
files.Delete BY_ID, "/DF01/0102", 0
Tell "delete /DF01/0102"

properties = Array(Array(&H80, 2, 0, 16), Array(&H82, 1, 1), Array(&H8C, 7, &H5F, 0, 0, 0, 0, 0, 0))
count = 3
files.Create BY_ID, "/DF01/0102", properties, count, 0, Nothing
Tell "create /DF01/0102 for everybody"
Write "/DF01/0102", Array(77, 105, 110, 100, 32, 116, 104, 101, 32, 103, 97, 112)
Read "/DF01/0102"
files.Invalidate "/DF01/0102", 0
Tell "invalidate /DF01/0102"
Read "/DF01/0102"
Tell "read /DF01/0102 then"
files.Rehabilitate "/DF01/0102", 0
Tell "rehabilitate /DF01/0102"
Read "/DF01/0102"
files.Delete BY_ID, "/DF01/0102", 0
Tell "delete /DF01/0102"
Read "/DF01/0102"
Tell "read /DF01/0102 then"
manage.Detach
