package import Images

/// The label by which the cluster is told to leave a namespace out, and the namespaces that may carry it.
///
/// Who may edit a namespace could else switch the gate off in it.
package struct NamespaceExemption: Hashable, Sendable {
  package let label: String
  /// Nil when the label counts with any value.
  package let value: String?
  package let allowed: Set<String>

  /// - Parameter label: `key=value`, or `key` when it counts with any value.
  package init(label: String, allowed: Set<String>) {
    let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    self.label = String(parts[0])
    value = parts.count == 2 ? String(parts[1]) : nil
    self.allowed = allowed
  }

  /// Why a namespace must not become `object`; nil when nothing about its exemption is wrong.
  ///
  /// - Parameter old: as it is now; nil when it is being created. A label that is there already can stay, so that such
  ///   a namespace can still be mended or deleted.
  package func refusal(of object: JSONNode, old: JSONNode?) -> Reason? {
    guard object["apiVersion"]?.string == "v1", object["kind"]?.string == "Namespace", carries(object),
      !(old.map(carries) ?? false)
    else { return nil }
    let name = object["metadata"]?["name"]?.string ?? ""
    guard !allowed.contains(name) else { return nil }
    return Reason(
      code: "namespace-exempt",
      problem: "The namespace \"\(printable(name))\" may not carry the label \(label), which would exempt it from the gate.",
      remedy: "Remove the label, or ask the operators of the gate to list the namespace.")
  }

  private func carries(_ namespace: JSONNode) -> Bool {
    guard let written = namespace["metadata"]?["labels"]?[label] else { return false }
    return value == nil || written.string == value
  }
}
