// The person concerned: name, number, phone, one at a time. The steps are the controller's.
StepsPage {
}
