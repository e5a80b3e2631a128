// A trembling hand taps twice. Rules:
//  * A second tap within `rest` ms near the place of the last one is ignored, even when a new page
//    now stands under the finger.
//  * Keys have a shorter rest of their own, so that 11 can be typed.
//  * Acts that come from a keypad, a switch or assistive technology are never held back.
pragma Singleton

import QtQuick

QtObject {
    readonly property int rest: 300
    readonly property int keyRest: 120
    readonly property int near: 100

    property double lastTime: 0
    property real lastX: -1000
    property real lastY: -1000

    // True when the tap at window position (x, y) counts.
    function accepts(x: real, y: real, pause: int): bool {
        const now = Date.now();
        const again = now - lastTime < pause && Math.abs(x - lastX) < near && Math.abs(y - lastY) < near;
        if (again)
            return false;
        lastTime = now;
        lastX = x;
        lastY = y;
        return true;
    }
}
