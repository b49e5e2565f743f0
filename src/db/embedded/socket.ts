import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseStartError } from "./errors.ts";
import { type Home, ownAlone } from "./home.ts";

/** Only a part of the socket's name: the server listens on no network address. */
export const PORT = 5432;

/** What the kernel takes for a unix socket's path (Linux 107, macOS 103 bytes). */
const LONGEST_PATH = 103;

/** The cluster's own folder, or a short one in /tmp when the path to it is too long for a socket. */
export async function chooseSocketFolder({ root, launcher }: Home): Promise<string> {
  if (Buffer.byteLength(socketFiles(root)[0] ?? "") <= LONGEST_PATH) return root;
  const name = new Bun.CryptoHasher("sha256").update(root).digest("hex").slice(0, 16);
  const short = `/tmp/sellercollection-${name}`;
  await mkdir(short, { mode: 0o700 }).catch(() => undefined);
  // /tmp is everyone's: another user may have put a folder or a link of that name there.
  const found = await lstat(short);
  const owners = [process.getuid?.(), launcher.uid];
  if (!found.isDirectory() || !owners.includes(found.uid)) {
    const problem = `The path of ${root} is too long for a socket, and ${short} belongs to someone else.`;
    throw new DatabaseStartError("not_permitted", problem, "Set DATA_DIR to a shorter path.");
  }
  await ownAlone(short, launcher);
  return short;
}

/** The socket and the server's lock file for it. */
export function socketFiles(folder: string): string[] {
  return [join(folder, `.s.PGSQL.${PORT}`), join(folder, `.s.PGSQL.${PORT}.lock`)];
}
