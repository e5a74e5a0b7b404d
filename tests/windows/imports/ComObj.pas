{ What the unit of this name in Delphi has of what the texts and the imported unit use, for the compiler of run.sh. }
unit ComObj;
interface
function CreateComObject(const ClassID: TGUID): IUnknown;
procedure OleCheck(Result: HResult);
implementation
function CreateComObject(const ClassID: TGUID): IUnknown;
begin
  Result := nil;
end;
procedure OleCheck(Result: HResult);
begin
end;
end.
