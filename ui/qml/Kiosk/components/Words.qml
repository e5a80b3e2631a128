// Text. Rules: plain text always, wrapped, never elided, never in another font.
//  size: a type token of Theme; bold; color defaults to ink.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Text {
    property int size: Theme.body
    property bool bold: false

    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    color: Theme.ink
    font.pixelSize: size
    font.bold: bold
    font.hintingPreference: Font.PreferNoHinting
    lineHeight: wrapMode === Text.NoWrap ? 1.0 : Theme.leading
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    Accessible.ignored: text.length === 0 || !visible
}
