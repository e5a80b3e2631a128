// Seconds left as a number in a ring; one step a second, no animation. seconds, of.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk

Item {
    id: ring

    property int seconds: 60
    property int of: 60
    readonly property int thick: 24

    implicitWidth: Theme.portrait ? 312 : 220
    implicitHeight: implicitWidth
    Accessible.role: Accessible.StaticText
    Accessible.name: `还有${ring.seconds}秒`

    Shape {
        anchors.fill: parent
        preferredRendererType: Shape.GeometryRenderer

        ShapePath {
            strokeColor: Theme.line
            strokeWidth: ring.thick
            fillColor: "transparent"

            PathAngleArc {
                centerX: ring.width / 2
                centerY: ring.height / 2
                radiusX: (ring.width - ring.thick) / 2
                radiusY: radiusX
                startAngle: -90
                sweepAngle: 360
            }
        }
        ShapePath {
            strokeColor: Theme.primary
            strokeWidth: ring.thick
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap

            PathAngleArc {
                centerX: ring.width / 2
                centerY: ring.height / 2
                radiusX: (ring.width - ring.thick) / 2
                radiusY: radiusX
                startAngle: -90
                sweepAngle: 360 * ring.seconds / Math.max(1, ring.of)
            }
        }
    }
    Column {
        anchors.centerIn: parent
        spacing: -8

        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            text: ring.seconds
            size: Theme.portrait ? 124 : 88
            bold: true
            Accessible.ignored: true
        }
        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            text: "秒"
            size: Theme.label
            color: Theme.ink2
            Accessible.ignored: true
        }
    }
}
