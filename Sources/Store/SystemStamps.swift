import Foundation
package import Metadata
import SwiftProtobuf

extension Stamps {
  /// The system's clock, and random ids of 122 bits.
  package static let system = Stamps(
    now: { Google_Protobuf_Timestamp(date: Date()) }, newID: { UUID().uuidString.lowercased() })
}
