package names_test
import ("testing";"os";"strings";"hash/fnv";"slices";"sijil/names")
func TestProbe(t *testing.T){
 data,_:=os.ReadFile("../morocco/names.csv"); tb,err:=names.ReadTable("names.csv",data); if err!=nil{t.Fatal(err)}
 half:=func(e names.Entry)int{h:=fnv.New32a(); h.Write([]byte(e.Arabic[0])); return int(h.Sum32()>>7&1)}
 for test:=0;test<2;test++{
  var train []names.Entry; for i:=0;i<tb.Len();i++{ if half(tb.Entry(i))!=test {train=append(train,tb.Entry(i))}}
  tt:=names.NewTable(train)
  var n,l1,l3,l5,any5,a1,a3,a5 int
  for i:=0;i<tb.Len();i++{ e:=tb.Entry(i); if half(e)!=test{continue}; n++
   s:=tt.SuggestLatin(e.Kind,e.Arabic[0],5)
   k:=slices.IndexFunc(s,func(x string)bool{return strings.EqualFold(names.Normal(x),names.Normal(e.Latin[0]))})
   if k==0{l1++}; if k>=0&&k<3{l3++}; if k>=0{l5++}
   if slices.ContainsFunc(s,func(x string)bool{return slices.ContainsFunc(e.Latin,func(y string)bool{return names.Normal(x)==names.Normal(y)})}){any5++}
   if test==0&&k<0&&n%5==0 {t.Log(e.Arabic[0],e.Latin[0],s)}
   s=tt.SuggestArabic(e.Kind,e.Latin[0],5)
   k=slices.IndexFunc(s,func(x string)bool{return x==e.Arabic[0]})
   if k==0{a1++}; if k>=0&&k<3{a3++}; if k>=0{a5++} else if test==0&&n%5==0 {t.Log(e.Latin[0],e.Arabic[0],s)}
  }
  f:=func(x int)float64{return float64(x)/float64(n)}
  t.Logf("half %d n %d latin %.3f %.3f %.3f any5 %.3f arabic %.3f %.3f %.3f",test,n,f(l1),f(l3),f(l5),f(any5),f(a1),f(a3),f(a5))
 }
}
