// A card by name: what it says of itself, a command from its parts, sent, and the reply.

// The bytes of a buffer: a command takes them as its reply, whose end is then told byte by byte.
function hexOf(buffer) {
    var copy = new ActiveXObject("SCardSSP.SCardCmd"), text = "";
    copy.ApduReply = buffer;
    copy.ApduReplyLength = copy.ApduReplyLength + 1;
    for (var i = copy.ApduReplyLength; i >= 2; i--) {
        copy.ApduReplyLength = i;
        text = ("0" + hex(copy.ReplyStatusSW1)).slice(-2) + text;
    }
    return text;
}

function hex(number) {
    return number.toString(16).toUpperCase();
}

// An array as other languages have it.
function array() {
    var items = new ActiveXObject("Scripting.Dictionary");
    for (var i = 0; i < arguments.length; i++)
        items.Add(i, arguments[i]);
    return items.Items();
}

var card = new ActiveXObject("SCardSSP.SCard");
WScript.Echo("handle before: " + card.CardHandle);
card.AttachByReader("Demo reader", 2, 1);
WScript.Echo("reader: " + card.ReaderName);
WScript.Echo("state: " + card.Status);
WScript.Echo("protocol: " + card.Protocol);
WScript.Echo("handle is there: " + (card.CardHandle != 0));
WScript.Echo("context is there: " + (card.Context != 0));
WScript.Echo("atr: " + hexOf(card.Atr));

var cmd = new ActiveXObject("SCardSSP.SCardCmd.1");
cmd.BuildCmd(0, 0xA4, 0, 0x0C, array(0, 2));
WScript.Echo("select: " + hexOf(cmd.Apdu));
WScript.Echo("case " + cmd.Type + ", length " + cmd.ApduLength + ", P3 " + cmd.P3 + ", Le " + cmd.LeField);
WScript.Echo("data: " + hexOf(cmd.Data));
card.Transaction(cmd);
WScript.Echo("status: " + hex(cmd.ReplyStatus));

cmd.BuildCmd(0, 0xB0, 0, 0, null, 5);
WScript.Echo("read: " + hexOf(cmd.Apdu) + ", Le " + cmd.LeField);
card.Transaction(cmd);
WScript.Echo("reply: " + hexOf(cmd.ApduReply));
WScript.Echo("length " + cmd.ApduReplyLength + ", " + hex(cmd.ReplyStatusSW1) + " " + hex(cmd.ReplyStatusSW2));

cmd.P2 = 6;
WScript.Echo("at 6: " + hexOf(cmd.Apdu));
card.LockSCard();
card.Transaction(cmd);
card.UnlockSCard();
WScript.Echo("reply: " + hexOf(cmd.ApduReply));

cmd.ClassId = 0x80;
cmd.InstructionId = "16";
cmd.Data = array(0x3F, 0);
WScript.Echo("edited: " + hexOf(cmd.Apdu));
WScript.Echo("parts: " + cmd.ClassId + " " + cmd.InstructionId + " " + cmd.P1 + " " + cmd.P2);
cmd.Clear();
WScript.Echo("cleared: " + cmd.ApduLength + " and " + cmd.ApduReplyLength);
card.Detach(2);
WScript.Echo("handle after: " + card.CardHandle);
