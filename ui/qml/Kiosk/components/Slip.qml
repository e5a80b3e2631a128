// The paper that people carry home: torn edge, QR code, number, one state line. The only "object" of the system.
//  code (text of the QR), caption (本机编号), number, note, standing (one bold line), standingNote, tone, iconName.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk

Item {
    id: slip

    property string code: ""
    property string caption: "本机编号"
    property string number: ""
    property string note: ""
    property string standing: ""
    property string standingNote: ""
    property string tone: "wait"
    property string iconName: "hourglass"

    readonly property int tooth: 24
    readonly property int qrX: 20
    readonly property int qrY: Theme.portrait ? 20 : 8
    readonly property int pad: Theme.portrait ? 28 : 16
    readonly property int qrSize: Theme.portrait ? 380 : 264
    readonly property real paperHeight: rule.y + pad + state.implicitHeight + pad

    implicitHeight: paperHeight + tooth

    // Paper with a torn lower edge.
    function outline(): var {
        const points = [Qt.point(2, 2), Qt.point(width - 2, 2), Qt.point(width - 2, paperHeight)];
        const teeth = Math.round(width / tooth);
        const step = (width - 4) / teeth;
        for (let i = 0; i < teeth; i++) {
            points.push(Qt.point(width - 2 - (i + 0.5) * step, paperHeight + tooth * 0.75));
            points.push(Qt.point(width - 2 - (i + 1) * step, paperHeight));
        }
        points.push(Qt.point(2, 2));
        return points;
    }

    Shape {
        anchors.fill: parent

        ShapePath {
            strokeColor: Theme.line
            strokeWidth: 3
            fillColor: Theme.surface
            joinStyle: ShapePath.RoundJoin

            PathPolyline {
                path: slip.outline()
            }
        }
        ShapePath {
            strokeColor: Theme.edge
            strokeWidth: 3
            fillColor: "transparent"
            strokeStyle: ShapePath.DashLine
            dashPattern: [4, 4]
            startX: 34
            startY: rule.y

            PathLine {
                x: slip.width - 34
                y: rule.y
            }
        }
    }
    QrCode {
        x: slip.qrX
        y: slip.qrY
        width: slip.qrSize
        height: slip.qrSize
        text: slip.code
        Accessible.role: Accessible.Graphic
        Accessible.name: "二维码"
    }
    Column {
        id: number
        x: slip.qrX + slip.qrSize + 28
        y: slip.qrY + Math.max(0, (slip.qrSize - height) / 2)
        width: slip.width - x - 28
        spacing: Theme.portrait ? 20 : 12

        Words {
            text: slip.caption
            size: Theme.label
            color: Theme.ink2
        }
        Words {
            width: parent.width
            text: slip.number
            size: Math.min(Theme.display, 84)
            bold: true
        }
        Words {
            width: parent.width
            text: slip.note
            size: Theme.label
        }
    }
    Item {
        id: rule
        y: slip.qrY + Math.max(slip.qrSize, number.implicitHeight) + (Theme.portrait ? 16 : 4)
    }
    Row {
        id: state
        x: 44
        y: rule.y + slip.pad
        width: slip.width - 88
        spacing: 28

        Icon {
            id: stateIcon
            name: slip.iconName
            tone: Theme.tone(slip.tone)
            size: 64
            anchors.verticalCenter: parent.verticalCenter
        }
        Column {
            width: state.width - stateIcon.width - 28
            anchors.verticalCenter: parent.verticalCenter
            spacing: 4

            Words {
                width: parent.width
                text: slip.standing
                size: Theme.heading
                bold: true
                color: Theme.tone(slip.tone)
            }
            Words {
                width: parent.width
                visible: text.length > 0
                text: slip.standingNote
                size: Theme.label
                color: Theme.tone(slip.tone)
            }
        }
    }
}
