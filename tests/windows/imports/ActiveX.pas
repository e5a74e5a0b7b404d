{ What the unit of this name in Delphi has of what the texts and the imported unit use, for the compiler of run.sh. }
unit ActiveX;
interface
type
  TOleEnum = type LongWord;
  PSafeArray = Pointer;
  SYSINT = Integer;
  SYSUINT = LongWord;
function CoInitialize(Reserved: Pointer): HResult; stdcall;
implementation
function CoInitialize(Reserved: Pointer): HResult; stdcall;
begin
  Result := 0;
end;
end.
