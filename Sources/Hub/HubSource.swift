/// A hub that models are fetched from.
public enum HubSource: String, Sendable, CaseIterable, Codable {
  /// Hugging Face, or a mirror of it.
  case huggingFace = "huggingface"
  /// ModelScope.
  case modelScope = "modelscope"

  /// The name for people.
  public var title: String {
    switch self {
    case .huggingFace: "Hugging Face"
    case .modelScope: "ModelScope"
    }
  }

  /// What the main branch is called.
  public var mainRevision: String {
    switch self {
    case .huggingFace: "main"
    case .modelScope: "master"
    }
  }
}
