// 接着上次办: the full ID number first, then on with what was filled in. The steps are the controller's.
StepsPage {
}
