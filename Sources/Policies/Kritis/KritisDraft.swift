import Attestations
import Images

/// What Kritis' objects have said while a rulebook is made.
package struct KritisDraft {
  /// The name of the KritisConfig; nil before one was read.
  var config: String?
  /// Images that no Kritis object judges.
  var exempt: [NamePattern] = []
  /// What else a KritisConfig says.
  var settings: [KritisConfig.GateSetting] = []
  /// Authorities by namespace and then by name.
  var authorities: [String: [String: Attestor]] = [:]
  /// Where among the policies of images the alternatives of a namespace stand.
  var alternatives: [String: Int] = [:]

  package init() {}
}
