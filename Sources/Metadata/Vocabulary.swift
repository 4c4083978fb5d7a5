package import Schemas

// The messages of grafeas.v1 are the one vocabulary for what is said of an image; these are their names in the house.

/// A fact about one image: a note that occurs in a resource. Source: grafeas.v1.Occurrence.
package typealias Occurrence = Grafeas_V1_Occurrence

/// What can be said of images: a CVE, a builder, an attestor. Source: grafeas.v1.Note.
package typealias Note = Grafeas_V1_Note

/// Which sort of fact a note or occurrence holds. Source: grafeas.v1.NoteKind.
package typealias NoteKind = Grafeas_V1_NoteKind

/// How bad it is. Source: grafeas.v1.Severity.
package typealias Severity = Grafeas_V1_Severity
