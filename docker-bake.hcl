# Every image: `npm run images`, `npm run images:push`.

variable "REGISTRY" {
  default = "sixfold"
}
variable "VERSION" {
  default = "dev"
}
# What an image is named, where that is not yet its version: a release names it by its commit until it is scanned.
variable "TAG" {
  default = VERSION
}
# The commit; every image is tagged with it, too.
variable "REVISION" {
  default = "unknown"
}
# Other base images than the Dockerfile's, such as the same by their digests; without them its own.
variable "NODE_IMAGE" {
  default = null
}
variable "BASE_IMAGE" {
  default = null
}
# Seconds since 1970, for layers that are the same whenever they are built.
variable "SOURCE_DATE_EPOCH" {
  default = "0"
}

group "default" {
  targets = ["service", "console"]
}

# What is pushed: both platforms, with a list of what is inside and of how it was made.
group "release" {
  targets = ["service-release", "console-release"]
}

target "common" {
  context = "."
  args = {
    VERSION           = VERSION
    REVISION          = REVISION
    SOURCE_DATE_EPOCH = SOURCE_DATE_EPOCH
    NODE_IMAGE        = NODE_IMAGE
    BASE_IMAGE        = BASE_IMAGE
  }
}

target "release-common" {
  platforms = ["linux/amd64", "linux/arm64"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
  output    = ["type=image,rewrite-timestamp=true"]
}

function "tags" {
  params = [name]
  result = ["${REGISTRY}/${name}:${TAG}", "${REGISTRY}/${name}:${REVISION}"]
}

target "service" {
  name     = service
  inherits = ["common"]
  matrix   = { service = ["frontend", "gateway", "auth", "logger", "mailer", "listener", "lab"] }
  target   = "service"
  args     = { SERVICE = service }
  tags     = tags(service)
}

target "console" {
  inherits = ["common"]
  target   = "console"
  tags     = tags("console")
}

target "service-release" {
  name     = "${service}-release"
  inherits = [service, "release-common"]
  matrix   = { service = ["frontend", "gateway", "auth", "logger", "mailer", "listener", "lab"] }
}

target "console-release" {
  inherits = ["console", "release-common"]
}
