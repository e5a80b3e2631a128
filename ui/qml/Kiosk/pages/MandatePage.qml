// 委托书: who, what, until when, what not; then signed on glass or on paper. The steps are the controller's.
StepsPage {
}
