/// A secret, from the moment it is read: printing, interpolating or dumping it shows `<redacted>`.
package struct Redacted<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The secret itself; name it only where it is spent.
  package let revealed: Value

  package init(_ value: Value) { revealed = value }

  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
