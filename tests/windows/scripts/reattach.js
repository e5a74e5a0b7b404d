// Another program resets the card; the script reads the advice and follows it.
function attempt(what, act) {
    try {
        act();
        WScript.Echo(what + ": fine");
    } catch (e) {
        WScript.Echo(what + ": " + (e.number >>> 0).toString(16).toUpperCase() + ", " + e.description);
    }
}

var card = new ActiveXObject("SCardSSP.SCard"), other = new ActiveXObject("SCardSSP.SCard");
var cmd = new ActiveXObject("SCardSSP.SCardCmd");
card.AttachByReader("Demo reader", 2, 3);
other.AttachByReader("Demo reader", 2, 3);
cmd.BuildCmd(0, 0x84, 0, 0, null, 8);
attempt("exclusive, shared with another", function () { card.ReAttach(); });
attempt("reset by another", function () { other.ReAttach(2, 1); });
attempt("after the reset", function () { card.Transaction(cmd); });
attempt("state after the reset", function () { WScript.Echo(card.Status); });
attempt("attached again", function () { card.ReAttach(2, 0); });
attempt("after that", function () { card.Transaction(cmd); });
WScript.Echo("status: " + cmd.ReplyStatus.toString(16) + ", " + cmd.ApduReplyLength + " bytes, state " + card.Status);
other.Detach();
attempt("exclusive, alone", function () { card.ReAttach(); });
attempt("another now", function () { other.AttachByReader("Demo reader", 2, 3); });
attempt("power off and on", function () { card.ReAttach(1, 2); });
attempt("no such disposition", function () { card.ReAttach(2, 9); });
attempt("untouched", function () { card.Transaction(cmd); });

var ejecting = new ActiveXObject("SCardSSP.SCard");
attempt("never attached", function () { ejecting.ReAttach(2, 0); });
ejecting.AttachByReader("Ejecting reader", 2, 3);
attempt("ejected", function () { ejecting.ReAttach(2, 3); });
attempt("nothing there", function () { ejecting.ReAttach(2, 0); });
