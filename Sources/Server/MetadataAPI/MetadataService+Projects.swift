import Metadata
package import Schemas
import SwiftProtobuf

/// Source: grafeas.v1.project.Projects.
extension MetadataService {
  /// Needs `projects.create` on the project.
  package func createProject(
    _ request: Grafeas_V1_Project_CreateProjectRequest, by caller: Caller
  ) async throws -> Grafeas_V1_Project_Project {
    let name = try ProjectName(requested: request.project.name)
    try await require(.createProjects, on: .project(name), caller)
    try await store.create(name)
    return .with { $0.name = name.description }
  }

  /// Needs `projects.get` on the project.
  package func getProject(
    _ request: Grafeas_V1_Project_GetProjectRequest, by caller: Caller
  ) async throws -> Grafeas_V1_Project_Project {
    let name = try ProjectName(requested: request.name)
    try await require(.getProjects, on: .project(name), caller)
    guard try await store.exists(name) else { throw MetadataError.notFound(name.description) }
    return .with { $0.name = name.description }
  }

  /// Needs `projects.list` on every project.
  ///
  /// - Throws: `MetadataError.malformedFilter` for a filter: projects have nothing but their name, and a filter is never
  ///   left out.
  package func listProjects(
    _ request: Grafeas_V1_Project_ListProjectsRequest, by caller: Caller
  ) async throws -> Grafeas_V1_Project_ListProjectsResponse {
    try await require(.listProjects, on: .everyProject, caller)
    guard request.filter.isEmpty else {
      throw MetadataError.malformedFilter(offset: 0, because: "projects cannot be filtered")
    }
    let page = try await store.projects(page: pageRequest(request.pageSize, request.pageToken, of: ["projects"]))
    return .with {
      $0.projects = page.items.map { name in .with { $0.name = name.description } }
      $0.nextPageToken = nextToken(page, of: ["projects"])
    }
  }

  /// Needs `projects.delete` on the project, which must be empty.
  package func deleteProject(_ request: Grafeas_V1_Project_DeleteProjectRequest, by caller: Caller) async throws {
    let name = try ProjectName(requested: request.name)
    try await require(.deleteProjects, on: .project(name), caller)
    try await store.delete(name)
  }
}
