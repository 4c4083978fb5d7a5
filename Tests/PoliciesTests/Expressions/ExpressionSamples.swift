import Images
import Policies

/// What the names `x`, `y` and `object` of the tables stand for.
struct SampleBindings: ExpressionBindings {
  static let names = ["x", "y", "object"]
  static let object = """
    {"metadata": {"name": "web", "labels": {"app": "shop", "a.b/c": "d", "namespace": "n"}, "annotations": null},
     "spec": {"replicas": 3, "ratio": 0.5, "big": 18446744073709551616, "containers": [
       {"name": "web", "image": "r.test/web", "ports": [80, 443]}, {"name": "log", "image": "r.test/log", "ports": []}]}}
    """

  func value(at place: Int) -> ExpressionValue {
    switch place {
    case 0: return .int(7)
    case 1: return .unknown("y was not found out")
    default:
      guard let document = try? JSONDocument(parsing: Array(Self.object.utf8), atMost: 1 << 20) else { return .null }
      return ExpressionValue(document.root)
    }
  }

  static func value(of text: String, steps: Int = 1_000_000) throws -> ExpressionValue {
    try Expression(text, in: ExpressionScope(names)).value(with: SampleBindings(), names: names.count, steps: steps)
  }
}
