import Schemas

extension Faults {
  mutating func check(_ note: Grafeas_V1_DeploymentNote) {
    require(!note.resourceUri.isEmpty, "deployment.resource_uri", "name at least one resource that can be deployed")
    check(note.resourceUri)
  }

  mutating func check(_ occurrence: Grafeas_V1_DeploymentOccurrence) {
    require(occurrence.hasDeployTime, "deployment.deploy_time", "set when the deployment began")
    checkTime(occurrence.hasDeployTime ? occurrence.deployTime : nil, "deployment.deploy_time")
    checkTime(occurrence.hasUndeployTime ? occurrence.undeployTime : nil, "deployment.undeploy_time")
    if occurrence.hasUndeployTime, occurrence.undeployTime.nanoseconds < occurrence.deployTime.nanoseconds {
      add("deployment.undeploy_time", "is before deploy_time: set the end of the deployment, or leave it out while it runs")
    }
    check(occurrence.resourceUri)
  }

  private mutating func check(_ resources: [String]) {
    for (index, uri) in resources.enumerated() {
      require(!uri.isEmpty, "deployment.resource_uri[\(index)]", "set https://REGISTRY/REPOSITORY@sha256:DIGEST")
    }
  }
}
