// Inside of the graph module: the open handle, its prepared statements and the error mapping.
#pragma once

#include "graph/graph.h"

#include <sqlite3.h>

enum {
  VD_GRAPH_APPLICATION_ID = 0x56444554, // "VDET", in the header of every database of ours
  VD_GRAPH_VERSION = 3,                 // user_version of the newest schema: how many migrations
  VD_GRAPH_FIRST = 3,                   // the oldest schema that still has its tables
  VD_DATE_NEVER = 99999999,             // a day after all others
};

// Edges at one side of a class of aliases, of one kind, with where they come from.
#define VD_NEIGHBOUR(index, at, other) VD_NEIGHBOUR_OF(index, at, other) " LIMIT ?4"
#define VD_NEIGHBOUR_OF(index, at, other)                                                          \
  "SELECT c.id,c.kind,c.key,c.name,c.class,c.canon,c.rank,e.confidence,e.evidence,p.source,"       \
  "p.method,d.key,d.place,e.since,coalesce(e.until,0),n.key FROM node m CROSS JOIN edge e "        \
  "INDEXED BY " index " ON " at " JOIN node n ON n.id=" other " JOIN node c ON c.id=n.canon "      \
  "JOIN provenance p ON p.id=e.provenance JOIN document d ON d.id=e.document "                     \
  "WHERE m.canon=?1 AND CASE WHEN ?3=0 THEN e.until IS NULL ELSE e.since<=?3 AND "                 \
  "coalesce(e.until,99999999)>?3 END"

// Whether a row of a table with since and until holds on the day ?1; on no day: now.
#define VD_HOLDS(t)                                                                                \
  "CASE WHEN ?1=0 THEN " t ".until IS NULL ELSE " t ".since<=?1 AND "                              \
  "coalesce(" t ".until,99999999)>?1 END "

// Neighbours of the class ?2 on one side of its edges.
#define VD_NEAR(members, other, outgoing)                                                          \
  "SELECT c.id,c.kind,c.key,c.class,c.name,e.kind," outgoing                                       \
  ",e.confidence,e.since,p.source FROM node m "                                                    \
  "CROSS JOIN " members " CROSS JOIN node n ON n.id=" other " CROSS JOIN node c ON c.id=n.canon "  \
  "CROSS JOIN provenance p ON p.id=e.provenance WHERE m.canon=?2 AND " VD_HOLDS("e")

// Every statement the module runs on rows; values are always bound.
#define VD_STATEMENTS(X)                                                                           \
  X(ADD_NODE, "INSERT INTO node(id,kind,key,name,class,position,canon,rank) "                      \
              "VALUES(?1,?2,?3,?4,?5,?6,?1,?7)")                                                   \
  X(ADD_PROVENANCE, "INSERT INTO provenance(id,source,method) VALUES(?,?,?)")                      \
  X(ADD_EDGE, "INSERT INTO edge(src,kind,dst,context,document,provenance,confidence,evidence,"     \
              "since) SELECT ?1,?2,?3,?4,?5,?6,?7,?8,?9 WHERE NOT EXISTS(SELECT 1 FROM edge "      \
              "WHERE src=?1 AND kind=?2 AND dst=?3 AND context=?4 AND provenance=?6)")             \
  X(ADD_DEFINITION, "INSERT INTO definition(node,document,key,name,class,position,body,since) "    \
                    "VALUES(?,?,?,?,?,?,?,?)")                                                     \
  X(ADD_SOURCE, "INSERT INTO source(name,version,date,licence,url,records,rank) "                  \
                "VALUES(?,?,?,?,?,?,?)")                                                           \
  X(ADD_DOCUMENT, "INSERT INTO document(id,source,key,place,hash,date,since) "                     \
                  "VALUES(?,?,?,?,?,?,?)")                                                         \
  X(SOURCE, "SELECT id,coalesce(content,0) FROM source WHERE name=?")                              \
  X(DOCUMENTS, "SELECT id,key,hash,until FROM document WHERE source=?")                            \
  X(SET_DOCUMENT, "UPDATE document SET place=?2,hash=?3,date=?4,until=NULL WHERE id=?1")           \
  X(CLOSE_DOCUMENT, "UPDATE document SET until=?2 WHERE id=?1")                                    \
  X(ATTACH, "INSERT OR REPLACE INTO advisory(document,data) VALUES(?,?)")                          \
  X(NEWEST_DOCUMENT,                                                                               \
    "SELECT coalesce(max(date),0) FROM document WHERE source=? AND until IS NULL")                 \
  X(SET_SOURCE, "UPDATE source SET version=?2,date=?3,licence=?4,url=?5,records=?6,bad=?7,"        \
                "content=?8,rank=?9,error=NULL WHERE id=?1")                                       \
  X(DEFINITIONS_OF, "SELECT id,node,name,class,coalesce(position,0),body FROM definition "         \
                    "WHERE document=? AND until IS NULL")                                          \
  X(PROPERTIES_OF, "SELECT id,node,name,value FROM property WHERE document=? AND until IS NULL")   \
  X(EDGES_OF, "SELECT id,src,kind,dst,context,provenance,confidence,evidence FROM edge "           \
              "WHERE document=? AND until IS NULL")                                                \
  X(WRITE_EDGE, "INSERT INTO edge(src,kind,dst,context,document,provenance,confidence,evidence,"   \
                "since) VALUES(?,?,?,?,?,?,?,?,?)")                                                \
  X(ADD_PROPERTY, "INSERT INTO property(node,name,value,document,since) VALUES(?,?,?,?,?)")        \
  X(ADD_SEARCH, "INSERT INTO search(rowid,key,name,body) VALUES(?,?,?,?)")                         \
  X(DROP_SEARCH, "INSERT INTO search(search,rowid,key,name,body) "                                 \
                 "SELECT 'delete',id,key,name,body FROM definition WHERE id=?")                    \
  X(CLOSE_DEFINITION, "UPDATE definition SET until=?2 WHERE id=?1")                                \
  X(CLOSE_PROPERTY, "UPDATE property SET until=?2 WHERE id=?1")                                    \
  X(CLOSE_EDGE, "UPDATE edge SET until=?2 WHERE id=?1")                                            \
  X(FIND_NODE, "SELECT id FROM node WHERE kind=? AND key=?")                                       \
  X(ADD_STUB, "INSERT INTO node(kind,key,canon) VALUES(?1,?2,"                                     \
              "coalesce((SELECT max(id) FROM node),0)+1)")                                         \
  X(FIND_PROVENANCE, "SELECT id FROM provenance WHERE source=? AND method=?")                      \
  X(NAME_NODE,                                                                                     \
    "UPDATE node SET (name,class,position,rank)=(SELECT d.name,d.class,d.position,s.rank FROM "    \
    "definition d JOIN document c ON c.id=d.document JOIN source s ON s.id=c.source WHERE "        \
    "d.node=?1 AND d.until IS NULL ORDER BY s.rank,d.id LIMIT 1) WHERE id=?1")                     \
  X(MEMBER_TURNED,                                                                                 \
    "SELECT 1 FROM node n WHERE n.id=?1 AND (n.rank IS NOT NULL)<>EXISTS(SELECT 1 FROM "           \
    "definition "                                                                                  \
    "d WHERE d.node=?1 AND d.until IS NULL) AND (n.canon<>?1 OR EXISTS(SELECT 1 FROM node m "      \
    "WHERE m.canon=?1 AND m.id<>?1))")                                                             \
  X(ALIAS_EDGES, "SELECT DISTINCT a.id,a.key,a.canon,a.rank,a.kind,b.id,b.key,b.canon,b.rank,"     \
                 "b.kind FROM edge e JOIN node a ON a.id=e.src JOIN node b ON b.id=e.dst "         \
                 "WHERE e.kind=? AND e.until IS NULL")                                             \
  X(ALIASED, "SELECT id FROM node WHERE canon<>id")                                                \
  X(SET_CANON, "UPDATE node SET canon=?2 WHERE id=?1")                                             \
  X(SCORE, "SELECT epss,percentile,since FROM epss WHERE cve=?")                                   \
  X(SET_SCORE, "INSERT OR REPLACE INTO epss(cve,epss,percentile,since) VALUES(?,?,?,?)")           \
  X(ADD_PAST_SCORE, "INSERT OR IGNORE INTO epss_past(cve,since,epss,percentile) VALUES(?,?,?,?)")  \
  X(NOTE_SOURCE, "INSERT INTO source(name,rank,licence,url,checked,error) VALUES(?1,?2,?3,?4,"     \
                 "?5,?6) ON CONFLICT(name) DO UPDATE SET checked=?5,error=?6,"                     \
                 "updated=CASE WHEN ?7 THEN ?5 ELSE updated END")                                  \
  X(SOURCE_STATES, "SELECT name,version,date,checked,updated,error,coalesce(content,0),"           \
                   "coalesce(records,0),coalesce(bad,0) FROM source ORDER BY rank,name")           \
  X(ADVISORIES, "SELECT s.name,a.data FROM advisory a JOIN document d ON d.id=a.document "         \
                "JOIN source s ON s.id=d.source WHERE d.until IS NULL ORDER BY s.rank,d.id")       \
  X(VALUES_OF_CLASS, "SELECT DISTINCT p.value FROM node n JOIN node m ON m.canon=n.canon "         \
                     "JOIN property p ON p.node=m.id WHERE n.kind=?1 AND n.key=?2 AND p.name=?3 "  \
                     "AND p.until IS NULL ORDER BY 1")                                             \
  X(WEAKNESSES_OF_CLASS,                                                                           \
    "SELECT DISTINCT w.key FROM node n CROSS JOIN node m ON m.canon=n.canon CROSS JOIN edge e "    \
    "INDEXED BY edge_src ON e.src=m.id AND e.kind=?3 CROSS JOIN node w ON w.id=e.dst "             \
    "WHERE n.kind=?1 AND n.key=?2 AND e.until IS NULL ORDER BY 1")                                 \
  X(KEV_LIST,                                                                                      \
    "SELECT n.key,max(CASE p.name WHEN 'kev_added' THEN p.value END),"                             \
    "max(CASE p.name WHEN 'kev_due' THEN p.value END),"                                            \
    "max(CASE p.name WHEN 'kev_ransomware' THEN p.value END) FROM property p "                     \
    "JOIN node n ON n.id=p.node WHERE p.name IN('kev_added','kev_due','kev_ransomware') "          \
    "AND p.until IS NULL GROUP BY n.key ORDER BY n.key")                                           \
  X(NODE, "SELECT id,kind,key,name,class,canon,rank FROM node WHERE id=?")                         \
  X(NODE_BY_KEY, "SELECT id,kind,key,name,class,canon,rank FROM node WHERE kind=? AND key=?")      \
  X(PRIMARY_ID, "SELECT f.ids FROM alias a JOIN flaw f ON f.id=a.flaw WHERE a.id=?")               \
  X(MEMBERS, "SELECT id,kind,key,name,class,canon,rank FROM node WHERE canon=?1 "                  \
             "ORDER BY id<>?1,key LIMIT ?2")                                                       \
  X(PROPERTIES, "SELECT p.name,p.value,s.name,d.key,p.since,coalesce(p.until,0) FROM node m "      \
                "CROSS JOIN property p ON p.node=m.id JOIN document d ON d.id=p.document "         \
                "JOIN source s ON s.id=d.source WHERE m.canon=?1 AND "                             \
                "CASE WHEN ?2=0 THEN p.until IS NULL ELSE p.since<=?2 AND "                        \
                "coalesce(p.until,99999999)>?2 END ORDER BY p.name,s.rank,p.id LIMIT ?3")          \
  X(TEXTS, "SELECT d.name,d.body,s.name,c.key,c.place,d.since FROM node m CROSS JOIN "             \
           "definition d ON d.node=m.id JOIN document c ON c.id=d.document "                       \
           "JOIN source s ON s.id=c.source WHERE m.canon=?1 AND "                                  \
           "CASE WHEN ?2=0 THEN d.until IS NULL ELSE d.since<=?2 AND "                             \
           "coalesce(d.until,99999999)>?2 END ORDER BY s.rank,d.id LIMIT ?3")                      \
  X(COUNT_OUT, "SELECT e.kind,count(*) FROM node m CROSS JOIN edge e INDEXED BY edge_src "         \
               "ON e.src=m.id WHERE m.canon=?1 AND e.until IS NULL GROUP BY e.kind")               \
  X(COUNT_IN, "SELECT count(*) FROM node m CROSS JOIN edge e INDEXED BY edge_dst ON e.kind=?2 "    \
              "AND e.dst=m.id WHERE m.canon=?1 AND e.until IS NULL")                               \
  X(EDGES_OUT, VD_NEIGHBOUR("edge_src", "e.src=m.id AND e.kind=?2", "e.dst"))                      \
  X(EDGES_IN, VD_NEIGHBOUR("edge_dst", "e.kind=?2 AND e.dst=m.id", "e.src"))                       \
  X(SEARCH, "SELECT d.node,x.part,x.rank FROM (SELECT rowid,snippet(search,-1,'','','…',20) AS " \
            "part,rank FROM search WHERE search MATCH ?1 AND rank MATCH 'bm25(3.0,8.0,1.0)' "      \
            "AND rowid<=?3 ORDER BY rank LIMIT ?2) x JOIN definition d ON d.id=x.rowid "           \
            "ORDER BY x.rank")                                                                     \
  X(SEARCH_LAST, "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid<=?3 ORDER BY rowid "    \
                 "LIMIT 1 OFFSET ?2")                                                              \
  X(WALK_SIZES, "SELECT (SELECT coalesce(max(id),0) FROM node),"                                   \
                "(SELECT coalesce(max(id),0) FROM document)")                                      \
  X(WALK_KINDS, "SELECT id,kind,NULL,NULL FROM node WHERE canon=id")                               \
  X(WALK_NAMED_BY_EDGES, "SELECT src,dst,context FROM edge e WHERE " VD_HOLDS("e"))                \
  X(WALK_NAMED_BY_DEFINITIONS, "SELECT node FROM definition d WHERE " VD_HOLDS("d"))               \
  X(WALK_NAMED_BY_PROPERTIES, "SELECT node FROM property p WHERE " VD_HOLDS("p"))                  \
  X(WALK_MEMBERS,                                                                                  \
    "SELECT m.canon,m.id,m.kind,m.key,m.class,c.id,c.kind,c.key,c.class FROM node m "              \
    "INDEXED BY node_canon CROSS JOIN node c ON c.id=m.canon "                                     \
    "WHERE m.canon BETWEEN ?2 AND ?3 ORDER BY m.canon,m.id")                                       \
  X(WALK_DEFINITIONS,                                                                              \
    "SELECT m.canon,m.id,d.id,d.name,d.class,d.body,coalesce(d.position,0),s.rank,s.name,c.id,"    \
    "c.key,d.since FROM node m INDEXED BY node_canon CROSS JOIN definition d "                     \
    "INDEXED BY definition_node ON d.node=m.id CROSS JOIN document c ON c.id=d.document "          \
    "CROSS JOIN source s ON s.id=c.source WHERE " VD_HOLDS(                                        \
        "d") "AND m.canon BETWEEN ?2 AND ?3 ORDER BY m.canon,m.id")                                \
  X(WALK_PROPERTIES,                                                                               \
    "SELECT m.canon,m.id,p.id,p.name,p.value,s.rank,s.name,c.id,c.key,p.since FROM node m "        \
    "INDEXED BY node_canon CROSS JOIN property p INDEXED BY property_node ON p.node=m.id "         \
    "CROSS JOIN document c ON c.id=p.document CROSS JOIN source s ON s.id=c.source "               \
    "WHERE " VD_HOLDS("p") "AND m.canon BETWEEN ?2 AND ?3 ORDER BY m.canon,m.id")                  \
  X(WALK_EDGES,                                                                                    \
    "SELECT m.id,m.kind,m.key,m.class,a.id,a.kind,a.key,a.class,n.id,n.kind,n.key,n.class,"        \
    "b.id,b.kind,b.key,b.class,x.id,x.kind,x.key,x.class,e.id,e.kind,e.confidence,e.evidence,"     \
    "p.source,p.method,d.id,d.key,e.since FROM node m "                                            \
    "INDEXED BY node_canon CROSS JOIN edge e INDEXED BY edge_src ON e.src=m.id "                   \
    "CROSS JOIN node a ON a.id=m.canon CROSS JOIN node n ON n.id=e.dst "                           \
    "CROSS JOIN node b ON b.id=n.canon LEFT JOIN node x ON x.id=e.context "                        \
    "CROSS JOIN provenance p ON p.id=e.provenance CROSS JOIN document d ON d.id=e.document "       \
    "WHERE " VD_HOLDS("e") "AND m.canon BETWEEN ?2 AND ?3 ORDER BY m.canon,m.id")                  \
  X(WALK_NEAR,                                                                                     \
    VD_NEAR("edge e INDEXED BY edge_src ON e.src=m.id", "e.dst", "1") "UNION ALL " VD_NEAR(        \
        "edge_kind k CROSS JOIN edge e INDEXED BY edge_dst ON e.kind=k.id "                        \
        "AND e.dst=m.id",                                                                          \
        "e.src", "0"))                                                                             \
  X(WALK_SCORE, "SELECT epss,percentile FROM (SELECT epss,percentile,since FROM epss "             \
                "WHERE cve=?2 UNION ALL SELECT epss,percentile,since FROM epss_past "              \
                "WHERE cve=?2) WHERE ?1=0 OR since<=?1 ORDER BY since DESC LIMIT 1")               \
  X(WALK_RECORDS, "SELECT d.id,s.name,d.key,d.place,coalesce(d.date,0),d.since FROM document d "   \
                  "CROSS JOIN source s ON s.id=d.source ORDER BY d.id")                            \
  X(WALK_SOURCES,                                                                                  \
    "SELECT name,version,date,licence,url,rank FROM source s WHERE date IS NOT NULL OR "           \
    "EXISTS(SELECT 1 FROM document d WHERE d.source=s.id) ORDER BY name")                          \
  X(WALK_NAMES,                                                                                    \
    "SELECT DISTINCT 0,c.kind,NULL,NULL,p.name FROM node m INDEXED BY node_canon CROSS JOIN "      \
    "property p "                                                                                  \
    "INDEXED BY property_node ON p.node=m.id CROSS JOIN node c ON c.id=m.canon WHERE " VD_HOLDS(   \
        "p") "AND m.canon BETWEEN ?2 AND ?3")                                                      \
  X(KIND_COUNTS, "SELECT kind,class,count(*),sum(rank IS NOT NULL) FROM node GROUP BY kind,class " \
                 "ORDER BY kind,class")                                                            \
  X(EDGE_COUNTS, "SELECT e.kind,p.source,p.method,count(*) FROM edge e JOIN provenance p "         \
                 "ON p.id=e.provenance WHERE e.until IS NULL GROUP BY 1,2,3 ORDER BY 1,2,3")       \
  X(CURATED_NODES, "SELECT n.id,n.kind,n.key,d.name,d.class,coalesce(d.position,0) FROM source s " \
                   "JOIN document c ON c.source=s.id JOIN definition d ON d.document=c.id "        \
                   "JOIN node n ON n.id=d.node WHERE s.name='curated' ORDER BY n.id")              \
  X(CURATED_EDGES, "SELECT n.id,n.kind,n.key,e.kind,m.kind,m.key,r.kind,r.key,e.confidence,"       \
                   "e.evidence FROM source s JOIN document c ON c.source=s.id JOIN edge e "        \
                   "ON e.document=c.id JOIN node n ON n.id=e.src JOIN node m ON m.id=e.dst "       \
                   "LEFT JOIN node r ON r.id=e.context WHERE s.name='curated' ORDER BY n.id,e.id") \
  X(CURATED_PROPERTIES, "SELECT n.id,n.kind,n.key,p.name,p.value FROM source s JOIN document c "   \
                        "ON c.source=s.id JOIN property p ON p.document=c.id JOIN node n ON "      \
                        "n.id=p.node WHERE s.name='curated' ORDER BY n.id,p.id")                   \
  X(NAMES, "SELECT type,name,pypi FROM package_name")                                              \
  X(HIERARCHY, "SELECT src,dst FROM edge WHERE kind=? AND until IS NULL AND src<>dst")             \
  X(LAST_NODE, "SELECT coalesce(max(id),0) FROM node")                                             \
  X(ALL_NODES, "SELECT id,canon,kind FROM node ORDER BY id")                                       \
  X(ALL_EDGES, "SELECT src,kind,dst,confidence FROM edge WHERE CASE WHEN ?1=0 THEN until IS NULL " \
               "ELSE since<=?1 AND coalesce(until,99999999)>?1 END")                               \
  X(SET_PART, "INSERT OR REPLACE INTO snapshot(part,data) VALUES(?,?)")                            \
  X(PART, "SELECT data FROM snapshot WHERE part=?")                                                \
  X(STEP, VD_NEIGHBOUR_OF("edge_src", "e.src=m.id AND e.kind=?2",                                  \
                          "e.dst") " AND n.canon=?4 "                                              \
                                   "ORDER BY e.confidence DESC,d.id LIMIT 1")                      \
  X(EXPOSURE, "SELECT n.canon,p.name,p.value FROM property p JOIN node n ON n.id=p.node WHERE "    \
              "n.kind=? AND p.until IS NULL AND p.name IN('cvss','kev_added','kev_ransomware',"    \
              "'ssvc_exploitation')")                                                              \
  X(EXPLOITED, "SELECT n.canon,count(*) FROM edge e INDEXED BY edge_dst JOIN node n ON "           \
               "n.id=e.dst WHERE e.kind=? AND e.until IS NULL GROUP BY n.canon")                   \
  X(KEYS_OF_KIND, "SELECT id,canon,key FROM node WHERE kind=?")                                    \
  X(OCCURRENCES,                                                                                   \
    "SELECT e.document,n.id,n.key,i.key,e.evidence,(SELECT r.key FROM edge m INDEXED BY edge_src " \
    "JOIN node r ON r.id=m.dst WHERE m.src=i.id AND m.kind=?4 AND m.until IS NULL ORDER BY r.key " \
    "LIMIT 1),coalesce((SELECT lower(v.value) FROM property v JOIN document d ON d.id=v.document " \
    "WHERE v.node=n.id AND v.name='severity' AND v.until IS NULL AND d.source=p.id ORDER BY v.id " \
    "LIMIT 1),(SELECT lower(v.value) FROM property v WHERE v.node=n.id AND v.name='severity' AND " \
    "v.until IS NULL ORDER BY v.id LIMIT 1)) "                                                     \
    "FROM edge e INDEXED BY edge_dst JOIN document o ON o.id=e.document JOIN source p ON "         \
    "p.id=o.source JOIN node n ON n.id=e.src JOIN node i ON i.id=e.dst WHERE e.kind=?1 AND "       \
    "e.until IS NULL AND i.kind=?2 AND (?3 IS NULL OR p.name=?3) ORDER BY e.id")                   \
  X(NAMED_BY, "SELECT m.key,m.name FROM edge e INDEXED BY edge_document JOIN node m ON "           \
              "m.id=e.dst WHERE e.document=? AND e.kind=? AND e.until IS NULL ORDER BY m.key")     \
  X(OUT_OF, "SELECT DISTINCT m.key,m.name FROM edge e INDEXED BY edge_src JOIN node m ON "         \
            "m.id=e.dst WHERE e.src=? AND e.kind=? AND e.until IS NULL ORDER BY m.key")            \
  X(LAGS, "SELECT n.canon,(SELECT min(p.value) FROM node m JOIN property p ON p.node=m.id WHERE "  \
          "m.canon=n.canon AND p.name='published' AND p.until IS NULL),v.value FROM property v "   \
          "JOIN node i ON i.id=v.node JOIN edge e INDEXED BY edge_dst ON e.kind=?1 AND "           \
          "e.dst=i.id JOIN node n ON n.id=e.src WHERE v.name='published' AND v.until IS NULL AND " \
          "i.kind=?2 AND e.until IS NULL")                                                         \
  X(TECHNIQUE_TEXTS, "SELECT n.key,n.name,(SELECT d.body FROM definition d WHERE d.node=n.id AND " \
                     "d.until IS NULL AND d.body IS NOT NULL ORDER BY d.id LIMIT 1) FROM node n "  \
                     "WHERE n.kind=? AND n.class='attack' AND n.rank IS NOT NULL AND "             \
                     "n.canon=n.id ORDER BY n.key")                                                \
  X(CURATED_MAPPINGS, "SELECT DISTINCT f.key,t.key FROM edge e INDEXED BY edge_dst JOIN "          \
                      "provenance p ON p.id=e.provenance JOIN node s ON s.id=e.src JOIN node f "   \
                      "ON f.id=s.canon JOIN node d ON d.id=e.dst JOIN node t ON t.id=d.canon "     \
                      "WHERE e.kind=? AND e.until IS NULL AND p.method='stated' AND "              \
                      "p.source<>'mapper' ORDER BY 1,2")                                           \
  X(MAPPED_FLAWS,                                                                                  \
    "SELECT n.id,n.key FROM node n WHERE n.kind=?1 AND n.canon=n.id AND EXISTS(SELECT 1 FROM "     \
    "node "                                                                                        \
    "m WHERE m.canon=n.id AND (EXISTS(SELECT 1 FROM edge e INDEXED BY edge_src JOIN node t ON "    \
    "t.id=e.dst WHERE e.src=m.id AND e.kind=?2 AND e.until IS NULL AND t.kind=?3) OR "             \
    "EXISTS(SELECT 1 FROM property p WHERE p.node=m.id AND p.name='kev_added' AND p.until IS "     \
    "NULL) OR EXISTS(SELECT 1 FROM edge e INDEXED BY edge_src JOIN provenance v ON "               \
    "v.id=e.provenance WHERE e.src=m.id AND e.kind=?4 AND e.until IS NULL AND "                    \
    "v.source<>'mapper'))) AND n.key NOT LIKE 'MAL-%' ORDER BY n.id")                              \
  X(META, "SELECT value FROM meta WHERE name=?")                                                   \
  X(SET_META, "INSERT OR REPLACE INTO meta(name,value) VALUES(?,?)")                               \
  X(ADD_FLAW, "INSERT INTO flaw(id,ids,published,modified,severity,cvss,cwe,kev,epss,"             \
              "epss_percentile) VALUES(?,?,?,?,?,?,?,?,?,?)")                                      \
  X(ADD_ALIAS, "INSERT INTO alias(id,flaw) VALUES(?,?)")                                           \
  X(ADD_WITHDRAWN, "INSERT INTO withdrawn(id,aliases,withdrawn) VALUES(?,?,?)")                    \
  X(ADD_PACKAGE, "INSERT INTO package(id,name,versions) VALUES(?,?,?)")                            \
  X(ADD_AFFECTED, "INSERT INTO affected(package,seq,flaw,advisories,ranges,versions) "             \
                  "VALUES(?,?,?,?,?,?)")                                                           \
  X(ADD_KEV, "INSERT INTO kev(id,cve,added,due,ransomware) VALUES(?,?,?,?,?)")                     \
  X(PACKAGE, "SELECT id,versions FROM package WHERE name=?")                                       \
  X(AFFECTED, "SELECT f.id,f.ids,f.published,f.modified,f.severity,f.cvss,f.cwe,k.added,"          \
              "k.ransomware,f.epss,f.epss_percentile,a.advisories,a.ranges,a.versions "            \
              "FROM affected a JOIN flaw f ON f.id=a.flaw LEFT JOIN kev k ON k.id=f.kev "          \
              "WHERE a.package=? ORDER BY a.seq")                                                  \
  X(FLAW, "SELECT f.id,f.ids,f.published,f.modified,f.severity,f.cvss,f.cwe,k.added,"              \
          "k.ransomware,f.epss,f.epss_percentile "                                                 \
          "FROM alias a JOIN flaw f ON f.id=a.flaw LEFT JOIN kev k ON k.id=f.kev "                 \
          "WHERE a.id=?")                                                                          \
  X(ROLES_OF_PACKAGES, "SELECT DISTINCT n.canon,r.key FROM edge e INDEXED BY edge_dst "            \
                       "JOIN node n ON n.id=e.src JOIN node r ON r.id=e.dst "                      \
                       "WHERE e.kind=? AND e.until IS NULL ORDER BY 1,2")                          \
  X(FLAWS_OF_PYPI,                                                                                 \
    "SELECT DISTINCT v.canon,c.key,p.id FROM node p CROSS JOIN node d INDEXED BY node_canon "      \
    "ON d.canon=p.id CROSS JOIN edge e INDEXED BY edge_dst ON e.kind=?2 AND e.dst=d.id "           \
    "CROSS JOIN node v ON v.id=e.src CROSS JOIN node c ON c.id=v.canon "                           \
    "WHERE p.kind=?1 AND p.key>='pypi/' AND p.key<'pypi0' AND e.until IS NULL ORDER BY 1,3")       \
  X(WEAKNESSES_AT, "SELECT w.key FROM node m CROSS JOIN edge e INDEXED BY edge_src ON e.src=m.id " \
                   "AND e.kind=?2 CROSS JOIN node w ON w.id=e.dst WHERE m.canon=?1 AND "           \
                   "e.until IS NULL ORDER BY 1")                                                   \
  X(VECTORS_AT, "SELECT p.value FROM node m CROSS JOIN property p ON p.node=m.id AND "             \
                "p.name='cvss' WHERE m.canon=?1 AND p.until IS NULL ORDER BY 1")                   \
  X(NODES, "SELECT id,key,name,class,position FROM node WHERE kind=? AND rank IS NOT NULL "        \
           "ORDER BY key")                                                                         \
  X(EDGES, "SELECT s.canon,d.canon,e.context,max(e.confidence),e.evidence,p.source FROM edge e "   \
           "JOIN node s ON s.id=e.src JOIN node d ON d.id=e.dst "                                  \
           "JOIN provenance p ON p.id=e.provenance WHERE e.kind=? AND e.until IS NULL "            \
           "GROUP BY 1,2,3 ORDER BY 1,2,3")                                                        \
  X(EDGES_OF_ROLES,                                                                                \
    "SELECT s.id,d.canon,e.context,max(e.confidence),e.evidence,p.source FROM node s CROSS JOIN "  \
    "edge e INDEXED BY edge_src ON e.src=s.id AND e.kind=?1 JOIN node d ON d.id=e.dst "            \
    "JOIN provenance p ON p.id=e.provenance WHERE s.kind=?2 AND e.until IS NULL "                  \
    "GROUP BY 1,2,3 ORDER BY 1,2,3")                                                               \
  X(WEAKNESSES_OF_FLAWS, "SELECT cwe FROM flaw WHERE cwe IS NOT NULL ORDER BY id")                 \
  X(ROLES, "SELECT DISTINCT e.dst FROM node n JOIN edge e ON e.src=n.id WHERE n.kind=? "           \
           "AND n.key=? AND e.kind=? AND e.until IS NULL ORDER BY e.dst")                          \
  X(PYPI_NAME, "SELECT pypi FROM package_name WHERE type=? AND name=?")                            \
  X(ADD_NAME, "INSERT INTO package_name(type,name,pypi) VALUES(?,?,?)")                            \
  X(ADD_LEVEL,                                                                                     \
    "INSERT INTO crosslevel(weakness,role,vector,phase,layer,surface,confidence,reason) "          \
    "VALUES(?,?,?,?,?,?,?,?)")                                                                     \
  X(LEVELS, "SELECT weakness,role,vector,phase,layer,surface,confidence,reason FROM crosslevel "   \
            "ORDER BY id")                                                                         \
  X(ADD_ATTACK, "INSERT INTO attack_count(vulnerability,repository,attack,rows) VALUES(?,?,?,?)")  \
  X(ATTACKS, "SELECT vulnerability,repository,attack,rows FROM attack_count ORDER BY 1,2,3")       \
  X(ATTACKS_OF, "SELECT attack,rows FROM attack_count WHERE vulnerability=? AND repository=? "     \
                "ORDER BY attack")                                                                 \
  X(SOURCES, "SELECT name,version,date,licence,url,records FROM source WHERE date IS NOT NULL "    \
             "ORDER BY name")                                                                      \
  X(COUNTS, "SELECT (SELECT count(*) FROM node),(SELECT count(*) FROM edge),"                      \
            "(SELECT count(*) FROM flaw),(SELECT count(*) FROM package)")

typedef enum vd_statement {
#define X(id, sql) VD_SQL_##id,
  VD_STATEMENTS(X)
#undef X
      VD_STATEMENT_COUNT
} vd_statement;

struct vd_graph {
  sqlite3 *db;
  vd_graph_mode mode;
  vd_arena arena;     // what the handle keeps: names of weaknesses, the mapping
  uint64_t work_left; // virtual machine steps the running query may still take, in units
  int64_t node_kind[VD_NODE_KIND_COUNT]; // id of each kind in this file
  int64_t edge_kind[VD_EDGE_KIND_COUNT];
  vd_map weakness_names;        // CWE id to a vd_view
  bool names_loaded;            // weakness_names is complete
  const struct vd_atlas *atlas; // what mapping needs; filled on first use
  sqlite3_stmt *statements[VD_STATEMENT_COUNT];
};

// Maps the database's last failure to a code and a sentence.
vd_code vd_store_fail(vd_graph *g, const char *doing, vd_error *err);
// Runs SQL without values: pragmas, BEGIN, COMMIT, schema.
vd_code vd_store_run(vd_graph *g, const char *sql, vd_error *err);

// Gives the next query its whole budget of work.
void vd_store_fresh_work(vd_graph *g);

// The prepared statement, ready to bind; NULL when it cannot be prepared (vd_store_fail says why).
sqlite3_stmt *vd_store_sql(vd_graph *g, vd_statement which);
void vd_store_reset(sqlite3_stmt **s);
#define VD_SCOPED_SQL VD_CLEANUP(vd_store_reset) sqlite3_stmt

// Empty text is bound as NULL: "not stated". The bytes must live until the statement is reset.
void vd_sql_text(sqlite3_stmt *s, int at, vd_view v);
// Steps once; *row tells whether there is one.
vd_code vd_sql_next(vd_graph *g, sqlite3_stmt *s, bool *row, vd_error *err) VD_MUST_USE;
// Borrowed until the next step; empty for NULL.
vd_view vd_sql_view(sqlite3_stmt *s, int column);
// Copied into the arena; {NULL} for NULL. False when the arena is exhausted.
bool vd_sql_copy(vd_arena *a, sqlite3_stmt *s, int column, vd_view *out) VD_MUST_USE;
// A space-separated list, copied and split.
bool vd_sql_list(vd_arena *a, sqlite3_stmt *s, int column, vd_views *out) VD_MUST_USE;

// The source that states the weaknesses of a flaw with these ids: GHSA where it knows the flaw,
// else PYSEC, which repeats others.
const char *vd_weakness_source(const vd_views *ids);

// An empty graph in memory with the newest schema, for compiling.
vd_code vd_store_memory(vd_graph **out, vd_error *err) VD_MUST_USE;

// Brings the file to schema version `to`, each step in its own transaction. FORMAT for a database
// that is not ours or newer.
vd_code vd_schema_migrate(vd_graph *g, int to, vd_error *err) VD_MUST_USE;
// FORMAT unless the file is ours and of exactly the newest version.
vd_code vd_schema_check(vd_graph *g, vd_error *err) VD_MUST_USE;
// Reads the ids this file gives to the kinds of nodes and edges. FORMAT when one is missing.
vd_code vd_schema_kinds(vd_graph *g, vd_error *err) VD_MUST_USE;
