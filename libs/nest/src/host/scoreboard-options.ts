import type { ScoreQueue, TokenVerifier, BoardFeed } from '@scoreboard/application';
import type { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import type { FactoryProvider, Type } from '@nestjs/common';

/** What a process does: `api` serves REST, `worker` applies updates, `gateway` pushes boards. */
export const PARTS = ['api', 'worker', 'gateway'] as const;
/** One of `PARTS`. */
export type ScoreboardPart = (typeof PARTS)[number];

/** Settings of the scoreboard in a host's application. They may come from `forRootAsync`. */
export interface ScoreboardOptions {
  /** `postgres://…`. Default: an embedded database in `dataFolder`. */
  readonly databaseUrl?: string;
  /** `redis://…` or `rediss://…`; needs `databaseUrl`. Default: leaderboard, feed, keys and counters in the memory of this process. */
  readonly redisUrl?: string;
  /** `amqp://…` or `amqps://…`, several nodes separated by commas; needs `databaseUrl`. Default: a queue in this process. */
  readonly rabbitmqUrl?: string;
  /** Folder of the embedded database, and of the dead letters of the queue in this process. Default: `.data`. */
  readonly dataFolder?: string;
  /** Whether missing migrations of the schema run at the start, under a lock. `false`: the start waits until `scoreboard migrate` ran. Default: true. */
  readonly migrations?: boolean;
  /** How tokens are verified. Needed by `api` and `gateway`, unless `adapters.verifier` is set. */
  readonly auth?: ScoreboardAuth;
  /** JSON file that defines boards beside `global`. Default: the boards stay as they are in the database. */
  readonly boardsFile?: string;
  /** A JSON file with rules that flag suspicious points; see docs/flags.md. Needs the role `worker` and PostgreSQL as the ledger. Default: none. */
  readonly flagRulesFile?: string;
  /** Points of one update, at most. Default: 1000. */
  readonly maxIncrement?: number;
  /** Whether a player's update needs an action token. Default: false. */
  readonly requireActionToken?: boolean;
  /** Updates per minute of one token subject; 0: no limit. Default: 120. */
  readonly writesPerMinute?: number;
  /** Reads per minute of one client address; 0: no limit. Default: 1200. */
  readonly readsPerMinute?: number;
  /** Proxies in front that are believed about the client's address, 0 to 10. Default: 0. */
  readonly trustProxy?: number;
  /** The shortest time between two pushes of a board, in ms. Default: 50. */
  readonly pushIntervalMs?: number;
  /** Sockets at a time in this process. Default: 10000. */
  readonly maxConnections?: number;
  /** Sockets at a time of one client address; 0: no limit. Default: 0. */
  readonly maxConnectionsPerAddress?: number;
  /** Origins whose pages may open sockets, besides the application's own. REST is the host's `enableCors`. Default: none. */
  readonly corsOrigins?: readonly string[];
}

/** Exactly one of `secret`, `publicKey` and `jwksUri`, or `privateKey` alone. */
export interface ScoreboardAuth {
  /** HS256 secret of at least 32 bytes; also signs action tokens. */
  readonly secret?: string;
  /** Public key in PEM. */
  readonly publicKey?: string;
  /** URL of a provider's key set. */
  readonly jwksUri?: string;
  /** Private key in PEM: signs action tokens. Default: none, and `POST /api/actions` answers 404 unless `secret` is set. */
  readonly privateKey?: string;
  /** Accepted `iss`. Default: any. */
  readonly issuer?: readonly string[];
  /** Accepted `aud`. Default: any. */
  readonly audience?: readonly string[];
  /** Path of the claim that names the user. Default: `sub`. */
  readonly userClaim?: string;
  /** Paths of the claims that hold scopes. Default: scope, scp, permissions, roles. */
  readonly scopeClaims?: readonly string[];
  /** Scopes of a token that has none of ours. Default: none. */
  readonly defaultScopes?: readonly string[];
}

/** A class without constructor parameters of its own that Nest cannot inject, or a factory with what it injects. */
export type Adapter<Port> = { readonly useClass: Type<Port> } | Pick<FactoryProvider<Port>, 'useFactory' | 'inject'>;

/** The host's own adapters instead of ours. Each must pass the port's contract suite of `@scoreboard/nest/testing`. */
export interface ScoreboardAdapters {
  /** Nobody knows how far the workers of another queue are, so periods of boards are not closed. */
  readonly queue?: Adapter<ScoreQueue>;
  /** Without PostgreSQL there are no moderation and no names, whose routes are left out, and no board but `global`. */
  readonly ledger?: Adapter<ScoreLedger>;
  readonly leaderboard?: Adapter<Leaderboard>;
  readonly feed?: Adapter<BoardFeed>;
  readonly verifier?: Adapter<TokenVerifier>;
}

/** What must be known before the application is created: it decides which modules there are. */
export interface ScoreboardExtras {
  /** Default: all three. */
  readonly roles?: readonly ScoreboardPart[];
  /** Default: none. */
  readonly adapters?: ScoreboardAdapters;
  /** Whether `/health/live`, `/health/ready` and `/metrics` are served. Default: true. */
  readonly operations?: boolean;
}
