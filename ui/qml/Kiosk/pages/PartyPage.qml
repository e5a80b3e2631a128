// Everybody else whom the filing needs, one after the other. The steps are the controller's.
StepsPage {
}
