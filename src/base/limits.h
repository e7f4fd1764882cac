// Every bound of the program, with its reason. Hostile input meets these first.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
  // A manifest is text people or tools write; the largest real lock files are near 10 MiB.
  VD_MANIFEST_BYTES_MAX = 64 << 20,
  // Deepest nesting of any document tree; real manifests and feeds stay below 20.
  VD_NEST_MAX = 128,
  // Nodes of one document tree; 8 M nodes are 640 MB, ATT&CK needs 1.5 M.
  VD_NODES_MAX = 8 << 20,
  // Line breaks times bytes, summed over the blank runs of a YAML text: libfyaml looks ahead over
  // the
  // rest of a run at each of its lines. This is about 2 s.
  VD_YAML_BLANK_WORK_MAX = 1 << 29,
  // One line of YAML: libfyaml holds all its tokens, 230 bytes for each byte, as it may be a key.
  VD_YAML_LINE_MAX = 1 << 20,
  // %YAML and %TAG lines of a text, and percent escapes of one tag: both take quadratic time.
  VD_YAML_DIRECTIVES_MAX = 64,
  VD_YAML_TAG_ESCAPES_MAX = 256,
  // A %YAML or %TAG line: libfyaml copies it to the stack.
  VD_YAML_DIRECTIVE_MAX = 1024,
  // One line of a requirements file, specifier, marker, purl or version.
  VD_LINE_MAX = 64 << 10,
  // Version text; the longest in the PYSEC feed has 60 bytes.
  VD_VERSION_MAX = 1024,
  // Clauses of one specifier set; the longest in PyPI metadata have a few dozen.
  VD_CLAUSES_MAX = 1024,
  // Marker expressions nest by parentheses only; the parser keeps an explicit stack this deep.
  VD_MARKER_DEPTH_MAX = 64,
  // Clauses that constraints files may add to one requirement, as text; people state one or two,
  // and
  // every requirement they bound is compared clause by clause.
  VD_BOUNDS_MAX = 512,
  // Folder depth of a walk; Linux paths end at 4096 bytes anyway.
  VD_WALK_DEPTH_MAX = 256,
  // Files of one scan target; the largest public monorepos have about one million.
  VD_WALK_FILES_MAX = 4 << 20,
  // Components of one scan; a whole company's lock files stay below this.
  VD_COMPONENTS_MAX = 2 << 20,
  // Unreadable places listed for one manifest; more of them say nothing new.
  VD_NOTICES_MAX = 1000,
  // Tokens of one setup.py; the largest real ones have 20,000.
  VD_PY_TOKENS_MAX = 1 << 20,
  // Entries of one archive and bytes of one unpacked entry (zip bombs).
  VD_ARCHIVE_ENTRIES_MAX = 1 << 20,
  VD_ARCHIVE_ENTRY_MAX = 256 << 20,
  // One facts table; all advisories of PyPI need 2 MB.
  VD_TABLE_BYTES_MAX = 256 << 20,
  // One value of the knowledge base; the longest is a version list of some 100 KB.
  VD_GRAPH_VALUE_MAX = 64 << 20,
  // All facts tables together: what the repository agrees to carry.
  VD_FACTS_BYTES_MAX = 8 << 20,
  // Lifecycle stages of the knowledge base; there are 19.
  VD_STAGES_MAX = 256,
  // Steps from a weakness to its pillar; CWE-1000 is 6 deep, a damaged file may hold a cycle.
  VD_WEAKNESS_DEPTH_MAX = 16,
  // Techniques that chains lead to from one weakness; CWE-20 has 70.
  VD_CHAINS_MAX = 2048,
  // Weaknesses within the steps up that rules look; CWE has at most 9.
  VD_ANCESTORS_MAX = 32,
  // Roles one package plays; the curated table gives at most 4.
  VD_MAP_ROLES_MAX = 64,
  // A plain YAML scalar longer than this is no number.
  VD_YAML_NUMBER_MAX = 1024,
  // Adjacent Python strings joined into one; requirements are shorter.
  VD_PY_STRING_MAX = 512,
  // Name and key of a Python look-up together.
  VD_PY_NAME_MAX = 256,
  // METADATA of a distribution; with a whole README inside it stays below 1 MiB.
  VD_METADATA_BYTES_MAX = 8 << 20,
  // A purl with every byte percent-encoded and room to spare.
  VD_PURL_BYTES_MAX = 4 * VD_LINE_MAX,
  // `sh -c` texts inside one Dockerfile instruction.
  VD_SHELL_SCRIPTS_MAX = 64,
  // Value of a Dockerfile variable that is put in; versions and URLs are shorter.
  VD_DOCKER_VARIABLE_MAX = 1024,
  // All expansions of one Dockerfile, whose variables may name each other.
  VD_DOCKER_EXPANDED_MAX = 8 << 20,
  // Revoked-by steps followed from an old technique id; also ends a cycle in a hostile bundle.
  VD_REVOKED_CHAIN_MAX = 8,
  // Nodes and edges of a graph in arrays: both ends of every edge are counted in 32 bits.
  VD_NETWORK_NODES_MAX = 1 << 30,
  VD_NETWORK_EDGES_MAX = 1 << 30,
  // Sums of betweenness kept apart: as many threads can help, each takes 48 bytes a node.
  VD_BETWEENNESS_LANES = 4,
  // Passes of Leiden; the first two bring nearly all of the gain, and a graph without communities
  // never settles.
  VD_LEIDEN_ROUNDS_MAX = 32,
  // Paths of one query: people read five.
  VD_PATHS_MAX = 1024,
  // Edges of one path; an explanation of more than a dozen explains nothing.
  VD_PATH_HOPS_MAX = 64,
  // Edges looked at by one path query, about 0.2 s; of 200,000 nodes and 1.5 M edges most take 0.2
  // M.
  VD_PATH_WORK_MAX = 1 << 24,
  // Edges passed at a glance that cost as much time as one looked at.
  VD_PATH_GLANCES = 16,
  // Edges a search for a path looks at before it first asks whether the goal is shut in a pocket.
  VD_PATH_PATIENCE = 2048,
  // Points and their columns; what a graph of 1 M nodes with embeddings needs.
  VD_POINTS_ROWS_MAX = 1 << 24,
  VD_POINTS_COLUMNS_MAX = 4096,
  VD_CLUSTERS_MAX = 4096,
  // Sums of a mixture kept apart: as many threads can help.
  VD_MIXTURE_LANES = 4,
  // Points in a tree of merges. Ward takes quadratic time, average linkage a quadratic matrix too:
  // 512 MB at this bound.
  VD_WARD_ROWS_MAX = 32768,
  VD_AVERAGE_ROWS_MAX = 16384,
  // Threads of one scan, whatever --jobs says.
  VD_JOBS_MAX = 64,
};

// Sizes above int range.
static const size_t VD_SCAN_MEMORY_MAX = (size_t)8 << 30;    // arena of one whole scan
static const size_t VD_FILE_MEMORY_MAX = (size_t)1 << 30;    // arena of one parsed file
static const size_t VD_ARCHIVE_TOTAL_MAX = (size_t)4 << 30;  // all bytes unpacked from one archive
static const size_t VD_REPORT_BYTES_MAX = (size_t)2 << 30;   // one rendered report
static const size_t VD_GRAPH_MEMORY_MAX = (size_t)512 << 20; // what an open knowledge base keeps
// Steps of SQLite's machine in one query (some 10 s), so a damaged tree cannot hold a scan forever.
static const uint64_t VD_GRAPH_WORK_MAX = (uint64_t)1 << 30;
static const size_t VD_FACTS_MEMORY_MAX = (size_t)2 << 30;   // arena of one facts build
static const size_t VD_COMPILE_MEMORY_MAX = (size_t)2 << 30; // arena of one facts compile
static const size_t VD_FEED_BYTES_MAX = (size_t)1 << 30;     // one feed file as fetched
