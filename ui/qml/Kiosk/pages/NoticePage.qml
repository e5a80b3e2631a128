// 告知: who receives it, why, how long, which rights. The steps are the controller's.
StepsPage {
}
