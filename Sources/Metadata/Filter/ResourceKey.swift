import Schemas

extension Occurrence {
  /// The resource without `https://`: what a filter by resource compares and a store indexes.
  package var resourceKey: String { withoutScheme(resourceUri) }
}

/// The URI without its scheme when that is `https://`; any other scheme stays. Looks at bytes, not at characters.
func withoutScheme(_ uri: String) -> String {
  let scheme = "https://".utf8
  return uri.utf8.starts(with: scheme) ? String(Substring(uri.utf8.dropFirst(scheme.count))) : uri
}
