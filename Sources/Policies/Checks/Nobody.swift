import Images

/// Whether no process of the image starts as root, as the kernel would see it, on any of its platforms.
///
/// Source: Voucher, `nobody`, which knows root by four spellings; `RunningUser` reads users as runc does.
struct Nobody: ImageCheck {
  static let name = "nobody"
  let needs: Set<CheckNeed> = [.contents, .accounts]

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) { try settings.onlyCheckKeys() }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.variants.judged { variants in
      CheckVerdict(
        variants.compactMap(refusal),
        evidence: variants.map { "\($0.platform) runs as the user \"\(printable($0.configuration.user))\"." })
    }
  }

  private func refusal(_ variant: ImageVariant) -> Reason? {
    let written = "\(variant.platform): config.User is \"\(printable(variant.configuration.user))\""
    let remedy = "Set USER to a numeric id from 1 to 2147483647 in the last stage of the Dockerfile."
    return switch RunningUser(variant.configuration.user, in: variant.files) {
    case .user: nil
    case .root(let why): Reason(code: "runs-as-root", problem: "\(written), and \(why).", remedy: remedy)
    case .invalid(let why): Reason(code: "unknown-user", problem: "\(written), and \(why).", remedy: remedy)
    }
  }
}
