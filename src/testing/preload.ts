// Runs before every test file. Tests never read the developer's own environment.
for (const name of ["DATABASE_URL", "DATA_DIR", "OXYLABS_USERNAME", "OXYLABS_PASSWORD", "OXYLABS_BASE_URL"]) {
  delete process.env[name];
}
