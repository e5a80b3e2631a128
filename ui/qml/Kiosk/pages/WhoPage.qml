// 给谁办: giant cards, only the ways that the item allows. The steps are the controller's.
StepsPage {
}
