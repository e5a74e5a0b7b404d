// What goes wrong says what it is and what to do.
function attempt(what, act) {
    try {
        act();
        WScript.Echo(what + ": fine");
    } catch (e) {
        WScript.Echo(what + ": " + (e.number >>> 0).toString(16).toUpperCase() + ", " + e.description);
    }
}

var card = new ActiveXObject("SCardSSP.SCard"), cmd = new ActiveXObject("SCardSSP.SCardCmd");
attempt("not attached", function () { card.LockSCard(); });
attempt("unknown reader", function () { card.AttachByReader("No such reader"); });
attempt("no card", function () { card.AttachByReader("Empty reader", 2, 3); });
attempt("share mode", function () { card.AttachByReader("Demo reader", 7); });
attempt("protocol", function () { card.AttachByReader("SIM reader", 2, 2); });
attempt("a reader with a card", function () { card.AttachByReader("Demo reader", 2, 3); });
attempt("nothing built", function () { card.Transaction(cmd); });
attempt("not locked", function () { card.UnlockSCard(); });
attempt("too much expected", function () { cmd.BuildCmd(0, 0xB0, 0, 0, null, 65537); });
attempt("never set", function () { cmd.ClassId = cmd.AlternateClassId; });
attempt("a good command", function () { cmd.BuildCmd(0, 0xB0, 0, 0, null, 5); });
attempt("a transaction", function () { card.Transaction(cmd); });
WScript.Echo("status: " + cmd.ReplyStatus.toString(16).toUpperCase());
