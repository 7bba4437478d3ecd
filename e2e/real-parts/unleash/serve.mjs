// Runs the real Unleash server on an embedded PostgreSQL (PGlite behind its socket), in this process.
// Settings come as JSON in KNOWN_GOOD_UNLEASH; one JSON line on stdout says where it listens.
import { createServer } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { uuid_ossp } from "@electric-sql/pglite/contrib/uuid_ossp";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { LogLevel, RoleName, start } from "unleash-server";

/** A loopback port nobody listens on right now. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * The socket server takes connections in turns message by message, except inside transactions; so a
 * statement that comes as several messages (parse, bind, execute, sync) loses its portal to another
 * connection's. Calling it a transaction until its sync keeps it whole.
 */
function wholeStatements(database) {
  let isOpen = false;
  return new Proxy(database, {
    get(target, name) {
      if (name === "isInTransaction") return () => isOpen || target.isInTransaction();
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given) => {
        if (name === "execProtocolRawStream") {
          isOpen = "PBDECH".includes(String.fromCharCode(given[0][0]));
        } else if (name === "exec") isOpen = false;
        return value.apply(target, given);
      };
    },
  });
}

const settings = JSON.parse(process.env.KNOWN_GOOD_UNLEASH ?? "{}");
const database = await PGlite.create({ extensions: { uuid_ossp } });
const databasePort = await freePort();
const socket = new PGLiteSocketServer({
  db: wholeStatements(database),
  host: "127.0.0.1",
  port: databasePort,
  maxConnections: 12,
});
await socket.start();

const port = await freePort();
const server = await start({
  db: {
    connectionString: `postgresql://postgres@127.0.0.1:${databasePort}/postgres`,
    ssl: false,
    pool: { min: 0, max: 4 },
  },
  server: { host: "127.0.0.1", port, gracefulShutdownEnable: false },
  versionCheck: { enable: false },
  logLevel: LogLevel.fatal,
  experimental: { flags: { enableLegacyVariants: settings.legacyVariants === true } },
  authentication: {
    type: "open-source",
    createAdminUser: true,
    initApiTokens: [
      {
        environment: "*",
        projects: ["*"],
        secret: settings.adminToken,
        type: "admin",
        tokenName: settings.adminName,
      },
    ],
  },
});

const audit = { id: -1337, username: "unleash_system_user", ip: "" };
const tokens = {};
for (const { username, role } of settings.people ?? []) {
  const { userService, patService } = server.services;
  const user = await userService.createUser(
    { username, name: username, rootRole: RoleName[role] },
    audit,
  );
  const token = await patService.createPat(
    { description: "contract test", expiresAt: new Date(Date.now() + 86_400_000) },
    user.id,
    audit,
  );
  tokens[username] = token.secret;
}
// The open source server honours these rows, though only the commercial one has a page to set them.
for (const { project, environment } of settings.changeRequests ?? []) {
  await database.query(
    "INSERT INTO change_request_settings (project, environment) VALUES ($1, $2)",
    [project, environment],
  );
}

// Leaving with the parent: its end of the pipe closes, however it ended.
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, tokens })}\n`);
