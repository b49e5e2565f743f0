// A file imported `with { type: "file" }` is its path: on the disk, or inside the compiled program.
declare module "*.css" {
  const path: string;
  export default path;
}
declare module "*.svg" {
  const path: string;
  export default path;
}
declare module "*.woff2" {
  const path: string;
  export default path;
}
declare module "*/app.js" {
  const path: string;
  export default path;
}
declare module "htmx.org/dist/*" {
  const path: string;
  export default path;
}
