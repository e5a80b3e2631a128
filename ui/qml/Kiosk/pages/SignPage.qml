// 查询码, read-back, signatures, saving. The steps are the controller's.
StepsPage {
}
