import Foundation
import Schemas

extension AccessPolicy {
  /// What a resource has for which no policy was set: nobody has a role, and the etag guards the first one set.
  package static var unset: AccessPolicy { AccessPolicy().stamped }

  /// The policy as it is kept in place of `current`, with its new etag.
  ///
  /// - Throws: `MetadataError.outdated` when it has an etag and that is not the one of `current`.
  package func kept(inPlaceOf current: AccessPolicy, of resource: String) throws(MetadataError) -> AccessPolicy {
    guard etag.isEmpty || etag == current.etag else { throw .outdated(resource) }
    return stamped
  }

  private var stamped: AccessPolicy {
    var policy = self
    policy.etag = Data()
    policy.etag = Data(Metadata.etag(of: policy).utf8)
    return policy
  }
}
