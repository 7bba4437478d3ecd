// Stands in for the package "server-only", which throws wherever Next doesn't replace it.
export {};
