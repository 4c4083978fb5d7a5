import Images

/// Lets nothing pass: for scopes in which nothing may run.
struct AlwaysDeny: PlatformCheck {
  static let field = "alwaysDeny"
  let needsDigest = false

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    guard try node.bool() else { throw node.error("false denies nothing", remedy: "Write true, or remove the check.") }
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    .failed(
      Denial(
        Reason(
          code: "always-deny", problem: "Nothing may run here.",
          remedy: "Deploy it where another check set applies, or ask the owner of the policy.")))
  }
}
