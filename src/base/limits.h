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
  // Attributes of one XML element and name spaces in force at once: libxml2 compares each with all
  // others. CWE has 6 and 3.
  VD_XML_ATTRIBUTES_MAX = 128,
  VD_XML_NAMESPACES_MAX = 128,
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
  // Steps of an explained path; longer ones explain nothing.
  VD_EXPLAIN_HOPS = 6,
  // Edges looked at for explained paths, some 20 ms: what takes longer has no path worth reading.
  VD_EXPLAIN_WORK_MAX = 3 << 18,
  // Sources betweenness is estimated from; the standard error is shown beside each score.
  VD_PIVOTS = 256,
  // Members named of each community.
  VD_LEADERS = 5,
  // Items of a list that --limit may ask for.
  VD_LIST_MAX = 1000000,
  // Key of a record or node; the longest are URLs of exploits.
  VD_KEY_MAX = 1024,
  // Value of one property, and the evidence of one edge: facts and short quotes.
  VD_PROPERTY_MAX = 4096,
  // Affected ranges as the evidence of an edge: enough to recognise them by.
  VD_EVIDENCE_SHOWN = 200,
  // Place of a record: a path in a mirror or archive.
  VD_PLACE_MAX = 512,
  // Files of one feed in a mirror folder; the largest unpacked feeds have a few thousand.
  VD_MIRROR_FILES_MAX = 1 << 20,
  // Description of one node, for search; the longest in ATLAS and CWE have 6 KB.
  VD_TEXT_MAX = 8 << 10,
  // A tag inside a description; what is longer is no tag.
  VD_TAG_MAX = 1024,
  // Exact words quoted as the evidence of a link.
  VD_EVIDENCE_MAX = 200,
  // Bytes before and from an id on that evidence quotes, so that it stays below 200 bytes.
  VD_CITE_BEFORE = 48,
  VD_CITE_AFTER = 80,
  // Vendor and product as CVE records write them; one in 200 is longer than 100 bytes.
  VD_PRODUCT_NAME_MAX = 256,
  // Proofs of concept kept of one flaw; lists that search for ids name 2,000 for the known ones.
  VD_POCS_MAX = 50,
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
  // Edges looked at by one path query: at the rate of the bench some 2 s. There, on 1.5 M edges, a
  // query looks at 13,000 to 62,000 on average.
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
  // Longest title of a paper that a list gives, and how far before its address that may start.
  VD_PAPER_TITLE_MAX = 300,
  VD_PAPER_BEFORE = 512,
  // Edges between a node and what is exported with it; 6 reach most of the graph.
  VD_AROUND_HOPS_MAX = 8,
  // Ids of nodes and records, which a walk keeps sets of; all feeds make 200,000.
  VD_GRAPH_IDS_MAX = 1 << 28,
  // Bars of one picture, 20 pixels each; more are a table, not a chart.
  VD_CHART_BARS_MAX = 100,
  // Bytes shown of one text of a chart; a line of the picture holds some 110 letters.
  VD_CHART_TEXT_MAX = 256,
  // The same once escaped: no escape is longer than four times what it stands for.
  VD_CHART_ESCAPED_MAX = 4 * VD_CHART_TEXT_MAX + 16,
  // Label, value and note of a bar in one line.
  VD_CHART_HINT_MAX = 2 * VD_CHART_ESCAPED_MAX + 64,
  // Combining marks on one letter; Vietnamese needs 2, biblical Hebrew 4.
  VD_CHART_MARKS_MAX = 4,
  // A font file; Noto Sans CJK has 20 MB.
  VD_CHART_FONT_MAX = 64 << 20,
  // An SVG chart; 100 bars with the longest texts, each byte escaped, need 1 MB.
  VD_CHART_SVG_MAX = 4 << 20,
  // Bytes and words read of one text; the longest of 63,000 CVE records has 4 KB and 700 words.
  VD_TEXT_BYTES_MAX = 64 << 10,
  VD_TEXT_WORDS_MAX = 8 << 10,
  // A longer word is base64 or a path, and meets no second one.
  VD_WORD_BYTES_MAX = 64,
  // Different words of one collection; 63,000 CVE texts have 70,000.
  VD_VOCABULARY_MAX = 1 << 20,
  // Flaws to learn techniques from: all curated mappings there are make 2,000; time grows with the
  // cube and memory with the square (4,096: 135 MB).
  VD_SUGGEST_EXAMPLES_MAX = 4096,
  // Fewer than this and nothing can be calibrated.
  VD_SUGGEST_EXAMPLES_MIN = 10,
  // Techniques to choose from; ATT&CK and ATLAS together have 861.
  VD_SUGGEST_LABELS_MAX = 4096,
  // (Flaw, technique) pairs the calibration is fitted on: 170 MB.
  VD_SUGGEST_PAIRS_MAX = 4 << 20,
  // Technique id; the longest is AML.T0011.000.
  VD_LABEL_BYTES_MAX = 64,
  // Matches that one search ranks, each in 1 to 5 us; words that more definitions have say little.
  VD_SEARCH_RANKED_MAX = 2048,
  // Matches of such words that are asked whether id or name has them, each in 0.1 us.
  VD_SEARCH_SEEN_MAX = 32768,
  // Threads of one scan, whatever --jobs says.
  VD_JOBS_MAX = 64,
  // Redirects of one fetch; an address that moved takes one or two, a loop all of them.
  VD_FETCH_REDIRECTS_MAX = 8,
  // Header of one answer; what is read of it is an address and short values.
  VD_FETCH_HEAD_BYTES_MAX = 128 << 10,
  // One address; RFC 9110 asks everyone to cope with 8,000 bytes.
  VD_FETCH_URL_MAX = 8 << 10,
  // ETag or date of a copy, as it is sent back; a SHA-512 in hexadecimal has 128 bytes.
  VD_FETCH_VALIDATOR_MAX = 512,
  // Tries of one fetch: unless told otherwise (waits of up to 1, 2 and 4 s), and at most.
  VD_FETCH_ATTEMPTS = 4,
  VD_FETCH_ATTEMPTS_MAX = 16,
  // First wait between two tries, which doubles, and the longest.
  VD_FETCH_BACKOFF_MS = 1000,
  VD_FETCH_BACKOFF_MS_MAX = 30000,
  // Longest Retry-After that is waited for; beyond it the next update is the better time.
  VD_FETCH_RETRY_AFTER_S_MAX = 120,
  // A server that sends less than so many bytes a second for so long has stalled; pages that are
  // made on request take a while to begin.
  VD_FETCH_SPEED_MIN = 1024,
  VD_FETCH_PATIENCE_S = 60,
  // Connecting, TLS included; a lost SYN is repeated after 1, 3, 7 and 15 s.
  VD_FETCH_CONNECT_S = 20,
  // One try; VD_FEED_BYTES_MAX at 75 KB/s.
  VD_FETCH_SECONDS_MAX = 4 * 3600,
  // A path of a mirror below its folder; the longest of ours has 110 bytes.
  VD_MIRROR_PATH_MAX = 512,
  // The list of a mirror's files; 1 M paths of 64 bytes.
  VD_MIRROR_INDEX_BYTES_MAX = 64 << 20,
  // Addresses of one feed: NVD has one a year.
  VD_ADDRESSES_MAX = 4096,
  // Feeds in a row that no server answered for, before the rest get one try a file each.
  VD_OFFLINE_FEEDS = 2,
  // First bytes of a file by which it is told whether anything here can read it.
  VD_HEAD_BYTES = 4096,
  // Artefacts inside artefacts: a pickle in a zip in a tar in a wheel in an image is 5.
  VD_INSPECT_DEPTH_MAX = 12,
  // Members of one file, all levels together; a wheel of torch has 12,000.
  VD_INSPECT_ARTEFACTS_MAX = 200000,
  // Observations of one file, and of one check on one member; people read the first few.
  VD_OBSERVATIONS_MAX = 256,
  VD_OBSERVATIONS_OF_CHECK_MAX = 16,
  // Evidence of one observation: a reconstructed call with its arguments.
  VD_EVIDENCE_TEXT_MAX = 400,
  // Name of a member as it is shown.
  VD_MEMBER_NAME_MAX = 200,
  // Properties of one model; GGUF files state some 60.
  VD_MODEL_PROPERTIES_MAX = 256,
  // Dimensions of one tensor; PyTorch allows 64, models use 8.
  VD_TENSOR_RANK_MAX = 16,
  // Tensors that `model info` lists; the largest mixtures of experts have 100,000.
  VD_TENSORS_LISTED_MAX = 1 << 20,
  // Rows of loaders.def.
  VD_LOADERS_MAX = 256,
  // Files sent to one worker ahead of its answers, those of them sent as descriptors, and the bytes
  // of the
  // others: less than a socket holds, so that neither side waits for the other to read.
  VD_WORKER_QUEUE_MAX = 256,
  VD_WORKER_FILES_MAX = 16,
  VD_WORKER_AHEAD_MAX = 96 << 10,
  // Requests and answers are handed over in portions of about this size.
  VD_WORKER_PORTION = 32 << 10,
  VD_WORKER_OUT_MAX = 192 << 10,
  VD_WORKER_READ_AHEAD = 64 << 10,
  // Seconds a worker may take for one file, and bytes that buy one second more.
  VD_INSPECT_SECONDS = 60,
  VD_INSPECT_BYTES_A_SECOND = 16 << 20,
  // And the most that bytes can buy.
  VD_INSPECT_SECONDS_SHARE = 600,
  // Files up to this size are read into memory: that is quicker than to map them.
  VD_WORKER_READ_MAX = 256 << 10,
  // Module and name of a callable together; the longest in frameworks have 120 bytes.
  VD_CALLABLE_NAME_MAX = 512,
  // Header of a safetensors file: the format's own bound.
  VD_SAFETENSORS_HEADER_MAX = 100000000,
  // Values of one pickle that wait on the stack; pickle.py writes batches of 1,000. 64 MB.
  VD_PICKLE_STACK_MAX = 4 << 20,
  // Ids in a pickle's memo, 256 MB; a forest of scikit-learn with 2 GB has 2 M.
  VD_PICKLE_MEMO_MAX = 16 << 20,
  // Ids far above the others, which no pickler writes; each costs a search through all.
  VD_PICKLE_MEMO_FAR_MAX = 256,
  // Items a list or dictionary keeps; enough for arguments and for an object's attributes.
  VD_PICKLE_KEPT_MAX = 512,
  // Memory for items of one pickle; beyond it containers are empty, and calls still seen.
  VD_PICKLE_ITEMS_BYTES_MAX = 256 << 20,
  // Different names one pickle refers to; the largest checkpoints have 200.
  VD_PICKLE_NAMES_MAX = 1 << 16,
  // What following a call costs, beside its opcode.
  VD_PICKLE_CALL_STEPS = 12,
  // What finding out about a name costs.
  VD_PICKLE_NAME_STEPS = 128,
  // Calls and oddities of one pickle that are put in words; more of them say nothing new.
  VD_PICKLE_REPORTS_MAX = 512,
  VD_PICKLE_ODDITIES_MAX = 64,
  // Calls that one call turns into: partial of partial, reduce over getattr.
  VD_PICKLE_STEPS_MAX = 32,
  // Text a pickle puts together or decodes, one piece.
  VD_PICKLE_TEXT_MAX = 4 << 20,
  // Reads across the end of a frame that are followed both ways, 2^n runs; no pickler writes one.
  VD_PICKLE_CROSSINGS_MAX = 4,
  // Values that a pickle's references may stand for, however few opcodes it has: what a program
  // that
  // walks them gets done in a second.
  VD_PICKLE_WEIGHT_MIN = 1 << 24,
  // Times a list may hold itself; honest ones do once.
  VD_PICKLE_SELVES_MAX = 16,
  // A path file of Python; the longest that installers write have 2 KB.
  VD_PYTHON_PATH_MAX = 1 << 20,
  // Bytes unpacked to see whether a constant is a compressed stream.
  VD_PICKLE_NESTED_PROBE = 4096,
  // Pickles in a row in one file; PyTorch's old format has 5, logs of results some hundred.
  VD_PICKLE_STREAMS_MAX = 4096,
  // Opcodes by which a pickle is told, and bytes searched for one that begins elsewhere.
  VD_PICKLE_SKIM_MAX = 64,
  VD_PICKLE_CARVE_MAX = 64 << 20,
  // A line in what is found so: longer ones are text.
  VD_PICKLE_CARVE_LINE_MAX = 64 << 10,
  // Opcodes of a trial of what was found so; payloads have some ten.
  VD_PICKLE_TRIAL_MAX = 1 << 16,
  // Of all trials in one artefact: so many, and so many for each byte that is searched.
  VD_PICKLE_TRIALS_MIN = 1 << 20,
  VD_PICKLE_TRIALS_A_BYTE = 8,
  // One unpacked member; each level of nesting gets half, so that all fit a worker's memory.
  VD_UNPACK_MEMBER_MAX = 512 << 20,
  // Dictionary of one LZMA stream; `xz -9` needs 65 MiB.
  VD_UNPACK_DICTIONARY_MAX = 256 << 20,
  // Streams in one compressed file: blocks of parallel compressors are 128 KB and larger.
  VD_UNPACK_STREAMS_MAX = 65536,
  // Skippable frames in front of the first lz4 or zstd frame; writers put one.
  VD_SKIPPABLE_FRAMES_MAX = 16,
  // A stream that unpacks to more than this, and to more than so many times its size, is a bomb.
  VD_BOMB_BYTES = 128 << 20,
  VD_BOMB_RATIO = 250,
  // Ends of a central directory looked at in one zip; there is one.
  VD_ZIP_ENDS_MAX = 8,
  // Members listed of one zip or tar.
  VD_ZIP_ENTRIES_MAX = VD_INSPECT_ARTEFACTS_MAX,
  // Bytes between members of one zip that are searched for others; writers leave some KB.
  VD_ZIP_SEARCH_MAX = 64 << 20,
  // Members whose checksum is compared: unpacked, and stored ones, which cost reading.
  VD_ZIP_CRC_MAX = 64 << 20,
  VD_ZIP_CRC_STORED_MAX = 1 << 20,
  // First bytes of a compressed member by which it is told whether the rest is unpacked.
  VD_ZIP_HEAD = 4096,
  // Bytes behind a damaged tar header that are searched for the next one.
  VD_TAR_SEARCH_MAX = 16 << 20,
  // Header blocks of one old GNU sparse member; each lists 21 pieces.
  VD_TAR_SPARSE_MAX = 4096,
  // Links of one tar that later members may be written through.
  VD_TAR_LINKS_MAX = 1024,
  // Header of a NumPy array; NumPy itself refuses more than 10,000 bytes unless pickles are
  // allowed.
  VD_NPY_HEADER_MAX = 1 << 20,
  // Bytes of one YAML configuration of a model; NeMo writes up to 100 KB.
  VD_CONFIG_BYTES_MAX = 4 << 20,
  // Fields of a protobuf message looked at to tell what it is: padding with unknown ones is cheap.
  VD_FIELDS_LOOKED_AT = 4096,
  // Nodes from a file name of a TensorFlow graph back to the constant it is; real graphs take 4.
  VD_TF_TRACE_MAX = 32,
  // Bytes of a name or path quoted in evidence.
  VD_QUOTE_MAX = 160,
  // Pairs of a GGUF header or tensors; the largest models have 100,000 tensors.
  VD_GGUF_ENTRIES_MAX = 1 << 20,
  // Values inside values of msgpack; Flax states nest by module, some 20 deep.
  VD_MSGPACK_DEPTH_MAX = 128,
  // Objects of one R serialisation that are kept to tell what calls do; 40 bytes each.
  VD_R_NODES_MAX = 4 << 20,
  // Open objects of an R serialisation at once: lists do not nest it, calls in calls do.
  VD_R_DEPTH_MAX = 1 << 16,
  // Text by whose outermost keys it is told whose JSON it is; configurations state them early.
  VD_SORT_BYTES_MAX = 1 << 20,
  // JSON and YAML configurations read as a tree; the largest Keras models have some 20 MB.
  VD_DOCUMENT_BYTES_MAX = 128 << 20,
  // Names listed of one piece of bytecode; a lambda has 5.
  VD_CODE_NAMES_MAX = 64,
  // Links and datasets looked at in one HDF5 file.
  VD_HDF5_OBJECTS_MAX = 1 << 18,
  // One text attribute of an HDF5 file; a model_config of a large model has 5 MB.
  VD_HDF5_TEXT_MAX = 64 << 20,
  // A dataset that states this many times the bytes it stores, and more than the least, is a bomb:
  // the bounds are those of Keras.
  VD_HDF5_RATIO_MAX = 1000,
  // Blank bytes behind the last object of an HDF5 file; the library pads to a page.
  VD_HDF5_PADDING_MAX = 64 << 10,
  // A configuration's text that is a path or an address; Linux paths end there.
  VD_PLACE_TEXT_MAX = 4096,
  // A token of a hub or cloud; the longest kinds have some 200 characters.
  VD_TOKEN_TEXT_MAX = 300,
  // "owner/name" of a hub repository, with room for a revision.
  VD_HUB_ID_MAX = 200,
  // Digits of one number in a pickle of protocol 0, where it is told from text.
  VD_PICKLE_NUMBER_MAX = 999,
  // A pointer of Git LFS or git-annex: git-lfs writes 130 bytes, git-annex reads 32 KiB.
  VD_POINTER_BYTES_MAX = 32768,
  // Milliseconds between the looks at a worker that closed its channel, and how many: a second.
  VD_WORKER_END_MS = 2,
  VD_WORKER_END_LOOKS = 500,
  // Templates: the largest of a real model has 30 KB.
  VD_TEMPLATE_BYTES_MAX = 1 << 20,
  VD_TEMPLATE_TOKENS_MAX = 1 << 18,
  // Text of one constant expression of a template; names of attributes have 20 bytes.
  VD_TEMPLATE_TEXT_MAX = 256,
  // A loop over so many numbers holds its renderer; context lengths are below.
  VD_TEMPLATE_RANGE_MAX = 10000000,
  // Python files and notebooks looked through for downloads.
  VD_HUB_CODE_BYTES_MAX = 64 << 20,
  // Text of the arguments of one call.
  VD_HUB_CALL_MAX = 16 << 10,
  // Trees of one boosted model that are checked; competitions use 10,000.
  VD_TREES_MAX = 1 << 20,
  // Bytes a digest reads at a time; the SHA instructions and the disk are both at full speed.
  VD_DIGEST_CHUNK = 1 << 20,
  // A model.sig: some 150 bytes a file of the model, in base64; this is 300,000 files.
  VD_SIGNATURE_BYTES_MAX = 64 << 20,
  // A tensor is looked at by pages, as the kernel maps it; so many values give a histogram of 256
  // bins 60 each.
  VD_WEIGHTS_PAGE = 4096,
  VD_WEIGHTS_PAGES_MAX = 32,
  // Pages of one file; behind them only the first page of each tensor is looked at.
  VD_WEIGHTS_FILE_MAX = 8 << 20,
  // Opcodes of a pickle of torch.save that are searched for its storages; a layer takes 60 of them.
  VD_STORAGE_OPCODES_MAX = 1 << 22,
  VD_STORAGE_TYPES_MAX = 64, // names of types remembered meanwhile; torch has 20
  // A nested stream that breaks before so many bytes came out was none.
  VD_GUESS_BYTES_MAX = 512,
  // Text of one value of metadata that is looked through for commands.
  VD_COMMAND_TEXT_MAX = 1 << 20,
  // Bytes of a tensor from which hidden bits are unpacked, once they begin as a file does.
  VD_WEIGHTS_UNPACK_MAX = 1 << 20,
  // Values that statistics need: exponents of random bytes, a layer that is dead.
  VD_WEIGHTS_RANDOM_MIN = 512,
  VD_WEIGHTS_DEAD_MIN = 1024,
};

// Sizes above int range.
static const size_t VD_SCAN_MEMORY_MAX = (size_t)8 << 30;    // arena of one whole scan
static const size_t VD_FILE_MEMORY_MAX = (size_t)1 << 30;    // arena of one parsed file
static const size_t VD_ARCHIVE_TOTAL_MAX = (size_t)4 << 30;  // all bytes unpacked from one archive
static const size_t VD_REPORT_BYTES_MAX = (size_t)2 << 30;   // one rendered report
static const size_t VD_CHART_MEMORY_MAX = (size_t)512 << 20; // pixels and fonts of one chart
static const size_t VD_GRAPH_MEMORY_MAX = (size_t)512 << 20; // what an open knowledge base keeps
// Steps of SQLite's machine in one query (some 10 s), so a damaged tree cannot hold a scan forever.
static const uint64_t VD_GRAPH_WORK_MAX = (uint64_t)1 << 30;
// One class of aliases with all that is stated of it; the largest known takes some 300 KB.
static const size_t VD_CLASS_MEMORY_MAX = (size_t)256 << 20;
static const size_t VD_SUGGEST_MEMORY_MAX = (size_t)512 << 20; // arena of one training
static const size_t VD_FACTS_MEMORY_MAX = (size_t)2 << 30;     // arena of one facts build
static const size_t VD_COMPILE_MEMORY_MAX = (size_t)2 << 30;   // arena of one facts compile
static const size_t VD_EDITION_MEMORY_MAX = (size_t)1 << 30;   // keys of one edition's records
static const size_t VD_FEED_BYTES_MAX = (size_t)1 << 30;       // one feed file as fetched
// A dataset that states no more than this is no bomb, however small its file is.
static const uint64_t VD_HDF5_STATED_MAX = (uint64_t)4 << 30;
// Bytes unpacked from one file, all levels together; a bomb ends here.
static const uint64_t VD_INSPECT_UNPACK_MAX = (uint64_t)8 << 30;
// The same for small files: what deflate can make of each byte is 1032.
static const uint64_t VD_INSPECT_UNPACK_MIN = (uint64_t)256 << 20;
static const uint64_t VD_INSPECT_UNPACK_A_BYTE = 4096;
// Steps of symbolic machines and searches on one file, some 10 ns each: so many, and so many for
// each of its bytes, up to the last. A small file costs about a second at most.
static const uint64_t VD_INSPECT_WORK_MIN = (uint64_t)1 << 24;
static const uint64_t VD_INSPECT_WORK_A_BYTE = 256;
static const uint64_t VD_INSPECT_WORK_MAX = (uint64_t)1 << 30;
static const size_t VD_INSPECT_MEMORY_MAX = (size_t)1 << 30;   // of a worker, beside what is mapped
static const size_t VD_INSPECT_REPORT_MAX = (size_t)256 << 20; // what is reported of one file
static const size_t VD_WORKER_MEMORY_MAX =
    (size_t)4 << 30; // data of a worker, what it was forked with included
