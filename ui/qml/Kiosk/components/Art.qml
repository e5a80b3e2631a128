// The village picture. Rules: never behind controls; none in the night theme. name: file in assets/art without its end.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Image {
    property string name: ""

    visible: name.length > 0 && !Theme.night
    source: visible ? Qt.resolvedUrl(`../../../../assets/art/${name}.svg`) : ""
    Accessible.ignored: true
}
