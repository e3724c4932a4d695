/// What an action does: the 24 types of schema 1.0.0.
public enum ActionType: String, Sendable, Hashable, Codable, CaseIterable {
  /// A click of the left button.
  case click
  /// Two clicks of the left button in one place.
  case doubleClick = "double_click"
  /// A click of the right button.
  case rightClick = "right_click"
  /// A movement with a button held.
  case drag
  /// A turn of the wheel.
  case scroll
  /// A movement without a button.
  case hover
  /// Text typed; needs ``Action/text``.
  case type
  /// A key pressed, alone or with modifiers; needs ``Action/key``.
  case key
  /// A shortcut: a key with modifiers.
  case hotkey
  /// A click and then text.
  case clickAndType = "click_and_type"
  /// A pause.
  case wait
  /// A picture of the screen taken.
  case screenshot
  /// An address opened; needs ``Action/url``.
  case goto
  /// One page back.
  case back
  /// One page forward.
  case forward
  /// The page loaded again.
  case refresh
  /// A program started.
  case openApp = "open_app"
  /// A program closed.
  case closeApp = "close_app"
  /// Another monitor chosen.
  case selectMonitor = "select_monitor"
  /// A window brought to the front.
  case windowFocus = "window_focus"
  /// A window made larger or smaller.
  case windowResize = "window_resize"
  /// A window moved.
  case windowMove = "window_move"
  /// The task is done.
  case done
  /// The task cannot be done.
  case fail
}

/// Where a wheel turns the content's view to.
public enum ScrollDirection: String, Sendable, Hashable, Codable, CaseIterable {
  /// Towards the beginning.
  case up
  /// Towards the end.
  case down
  /// To the left.
  case left
  /// To the right.
  case right
}
